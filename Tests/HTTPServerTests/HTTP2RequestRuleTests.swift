import HTTPCore
import HTTPTypes
import Testing

@testable import HTTPServer

/// A rule of RFC 9113 §8 about a request: its header section, its content, and what comes of it.
struct HTTP2RequestRule: Sendable, CustomTestStringConvertible {
    enum Outcome: Sendable, Equatable {
        /// Method, path, authority and content.
        case handled(String)
        /// A status below 500, with this message in the content, if any.
        case answered(String)
        /// Malformed (§8.1.1): RST_STREAM with PROTOCOL_ERROR, or 400.
        case malformed
    }

    var name: String
    var fields: [(String, String)]
    /// Nil where the header section is the whole request.
    var body: String?
    var outcome: Outcome
    var testDescription: String { name }

    private static let common = [(":method", "POST"), (":scheme", "http"), (":authority", "a"), (":path", "/p")]

    private static func adding(_ name: String, _ fields: [(String, String)], body: String? = nil, _ outcome: Outcome = .malformed) -> Self {
        HTTP2RequestRule(name: name, fields: common + fields, body: body, outcome: outcome)
    }

    private static func changing(_ name: String, _ pseudo: [String: String?], _ rest: [(String, String)] = [], _ outcome: Outcome = .malformed) -> Self {
        let fields = common.compactMap { field in (pseudo[field.0] ?? field.1).map { (field.0, $0) } }
        return HTTP2RequestRule(name: name, fields: fields + rest, outcome: outcome)
    }

    private static let plain = Outcome.handled("POST /p a ")

    static let all: [HTTP2RequestRule] = [
        .adding("nothing more", [], plain),
        .adding("§8.2.1: a name in upper case", [("X-Upper", "v")]),
        .adding("§8.2.1: a name with a space", [("x y", "v")]),
        .adding("§8.2.1: an empty name", [("", "v")]),
        .adding("§8.2.1: a line feed in a value", [("x", "a\nb")]),
        .adding("§8.2.1: a zero in a value", [("x", "a\0b")]),
        .adding("§8.2.2: Connection", [("connection", "close")]),
        .adding("§8.2.2: Transfer-Encoding", [("transfer-encoding", "chunked")], body: "x"),
        .adding("§8.2.2: Upgrade", [("upgrade", "h2c")]),
        .adding("§8.2.2: Keep-Alive", [("keep-alive", "1")]),
        .adding("§8.2.2: Proxy-Connection", [("proxy-connection", "close")]),
        .adding("§8.2.2: TE other than trailers", [("te", "gzip")]),
        .adding("§8.2.2: TE: trailers", [("te", "trailers")], plain),
        .adding("§8.3: a pseudo-header field behind a field", [("x", "y"), (":authority", "a")]),
        .adding("§8.3: an unknown pseudo-header field", [(":unknown", "y")]),
        .adding("§8.3: the response's pseudo-header field", [(":status", "200")]),
        .adding("§8.3.1: a pseudo-header field twice", [(":path", "/q")]),
        .changing("§8.3.1: no :method", [":method": nil]),
        .changing("§8.3.1: no :scheme", [":scheme": nil]),
        .changing("§8.3.1: no :path", [":path": nil]),
        .changing("§8.3.1: an empty :path", [":path": ""]),
        .changing("§8.3.1: a :path that does not begin with a slash", [":path": "p"]),
        .changing("§8.3.1: a whole URI as :path", [":path": "http://a/p"]),
        .changing("RFC 3986 §3.5: a fragment in :path", [":path": "/p#f"]),
        .changing("RFC 3986 §2: a space in :path", [":path": "/a b"]),
        .changing("RFC 3986 §2: a letter beyond ASCII in :path", [":path": "/ä"]),
        .changing("§8.3.1: * without OPTIONS", [":path": "*"]),
        .changing("§8.3.1: * with OPTIONS", [":method": "OPTIONS", ":path": "*"], [], .handled("OPTIONS * a ")),
        .changing("§8.3.1: a method that is no token", [":method": "GE T"]),
        .changing("§8.3.1: neither :authority nor Host", [":authority": nil]),
        .changing("§8.3.1: Host in place of :authority", [":authority": nil], [("host", "b:80")], .handled("POST /p b:80 ")),
        .adding("§8.3.1: Host as :authority, but for case", [("host", "A")], plain),
        .adding("§8.3.1: Host differs from :authority", [("host", "b")], .answered("400")),
        .adding("RFC 9110 §7.2: Host twice", [("host", "a"), ("host", "a")]),
        .changing("§8.3.1: user information in :authority", [":authority": "me@a"]),
        .changing("§8.3.1: user information in Host", [":authority": nil], [("host", "me:secret@a")]),
        .changing("§8.5: CONNECT without :scheme and :path", [":method": "CONNECT", ":scheme": nil, ":path": nil], [], .answered("400")),
        .changing("§8.5: CONNECT with :path", [":method": "CONNECT"]),
        .adding("RFC 9110 §10.1.1: an unknown expectation", [("expect", "miracles")], .answered("417")),
        .adding("RFC 9110 §8.6: content as long as stated", [("content-length", "3")], body: "abc", .handled("POST /p a abc")),
        .adding("content without a stated length", [], body: "abc", .handled("POST /p a abc")),
        .adding("§8.1.1: more content than stated", [("content-length", "2")], body: "abc"),
        .adding("§8.1.1: less content than stated", [("content-length", "4")], body: "abc"),
        .adding("§8.1.1: no content where some is stated", [("content-length", "4")]),
        .adding("RFC 9110 §8.6: two lengths", [("content-length", "3"), ("content-length", "4")], body: "abc"),
        .adding("RFC 9110 §8.6: a length that is no number", [("content-length", "+3")], body: "abc"),
        .adding("RFC 9110 §8.6: a length beyond all numbers", [("content-length", "99999999999999999999")], body: "abc"),
        .adding("RFC 6585 §5: a header list that is too large", (0..<50).map { _ in ("x", String(repeating: "x", count: 700)) }, .answered("431")),
        .adding("RFC 6585 §5: too many fields", (0..<100).map { ("x-\($0)", "v") }, .answered("431")),
        .adding("RFC 9110 §15.5.14: a body too large by its stated length", [("content-length", "8388609")], body: "abc", .answered("413")),
    ]
}

@Suite("HTTP/2: the rules for requests")
struct HTTP2RequestRuleTests {
    @Test("What comes of a request concerns its stream alone", arguments: HTTP2RequestRule.all)
    func rule(_ rule: HTTP2RequestRule) {
        var driver = HTTP2Driver()
        driver.send(driver.client.headers(1, rule.fields, ends: rule.body == nil))
        if let body = rule.body { driver.send(.data(1, body)) }
        let response = driver.response(1)
        switch rule.outcome {
        case .handled(let expected):
            let handled = driver.handled.map { _, request, body in
                "\(request.method.rawValue) \(request.path ?? "") \(request.authority ?? "") \(String(decoding: body.bytes, as: UTF8.self))"
            }
            #expect(handled == [expected])
        case .answered(let status):
            #expect(driver.handled.isEmpty)
            #expect(response?.status == status)
            #expect(response?.isComplete == true)
        case .malformed:
            #expect(driver.handled.isEmpty)
            #expect(response?.status == "400" || response?.error == HTTP2Code.protocolError, "\(String(describing: response))")
        }
        driver.get(3)
        #expect(driver.log.last == "handle 3")
        #expect(driver.client.goAways.isEmpty)
    }

    @Test("Trailers that do not end the request, or hold pseudo-header fields, are malformed", arguments: [false, true])
    func trailers(ends: Bool) {
        var driver = HTTP2Driver()
        driver.send(driver.client.request(1, "POST", "/", ends: false), .data(1, "abc", ends: false))
        driver.send(driver.client.headers(1, [ends ? (":path", "/x") : ("x", "y")], ends: ends))
        #expect(driver.handled.isEmpty)
        #expect(driver.response(1)?.error == HTTP2Code.protocolError)
        #expect(driver.machine.streams.isEmpty)
    }

    @Test("A body that turns out too large is answered with 413 before its end; then the client is told to stop, without an error")
    func bodyTooLarge() {
        var driver = HTTP2Driver { $0.bodyBytes = 10 }
        driver.send(driver.client.request(1, "POST", "/", ends: false), .data(1, "0123456789", ends: false))
        #expect(driver.response(1) == nil)
        driver.send(.data(1, "a", ends: false))
        #expect(driver.log == ["reject 1 413"])
        #expect(driver.response(1)?.status == "413")
        #expect(driver.response(1)?.isComplete == true)
        // RFC 9113 §8.1: RST_STREAM with NO_ERROR after the whole response.
        #expect(driver.client.frames.suffix(2).map(\.kind) == [.data, .resetStream])
        #expect(driver.response(1)?.error == HTTP2Code.none)
        // What was under way meanwhile is dropped.
        driver.send(.data(1, "more", ends: false), .data(1, "and more"), driver.client.request(3))
        #expect(driver.log == ["reject 1 413", "handle 3"])
        #expect(driver.client.goAways.isEmpty)
        #expect(driver.rules.bodyBudget.used == 0)
    }

    @Test("A body that does not fit beside the others is answered with 429, and its share is given back; theirs are finished")
    func budget() {
        var driver = HTTP2Driver { $0.bodyBytesInTotal = 100 }
        let piece = [UInt8](repeating: 0x78, count: 60)
        driver.send(driver.client.request(1, "POST", "/", ends: false), .data(1, piece, ends: false))
        driver.send(driver.client.request(3, "POST", "/", ends: false), .data(3, piece, ends: false))
        #expect(driver.log == ["reject 3 429"])
        #expect(driver.response(3)?.status == "429")
        #expect(driver.rules.bodyBudget.used == 60)
        driver.send(.data(1, [UInt8](repeating: 0x79, count: 40)))
        #expect(driver.log == ["reject 3 429", "handle 1"])
        #expect(driver.rules.bodyBudget.used == 100)
        driver.respond(1)
        driver.handled = []
        #expect(driver.rules.bodyBudget.used == 0)
    }

    @Test("Bodies that are not finished give their share back when the connection ends")
    func budgetAtTheEnd() {
        var driver = HTTP2Driver()
        driver.send(driver.client.request(1, "POST", "/", ends: false), .data(1, "abc", ends: false))
        #expect(driver.rules.bodyBudget.used == 3)
        driver.endPeer()
        #expect(driver.log == ["abort"])
        #expect(driver.rules.bodyBudget.used == 0)
    }
}
