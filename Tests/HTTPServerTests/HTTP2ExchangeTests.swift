import HTTPCore
import HTTPTypes
import Testing

@testable import HTTPServer

@Suite("HTTP/2: requests and answers")
struct HTTP2ExchangeTests {
    private static func echo(_ request: HTTPRequest, _ body: [UInt8]) -> ServerResponse {
        ServerResponse(status: .ok, body: .bytes(Array("\(request.method.rawValue) \(request.path ?? "") ".utf8) + body))
    }

    @Test("A request is handled with all its fields, and answered with status, date, length and content")
    func exchange() throws {
        var driver = HTTP2Driver()
        driver.send(driver.client.request(1, "POST", "/p?q", [("content-length", "4"), ("x-a", "b"), ("cookie", "c=1"), ("cookie", "d=2")], ends: false))
        driver.send(.data(1, "body"))
        let (stream, request, body) = try #require(driver.handled.first)
        #expect(stream == 1)
        #expect((request.method, request.scheme, request.authority, request.path) == (.post, "http", "a", "/p?q"))
        #expect(request.headerFields[HTTPField.Name("X-A")!] == "b")
        // RFC 9113 §8.2.3: pieces of a cookie are joined.
        #expect(request.headerFields[.cookie] == "c=1; d=2")
        #expect(body.bytes == Array("body".utf8))
        driver.respond(1, "answer", fields: [.contentType: "text/plain"])
        let expected = [":status": "200", "content-type": "text/plain", "date": "Sun, 06 Nov 1994 08:49:37 GMT", "content-length": "6"]
        #expect(driver.response(1) == .init(fields: expected, body: Array("answer".utf8), isComplete: true))
        #expect(driver.log == ["handle 1"])
        #expect(driver.machine.streams.isEmpty)
    }

    @Test("The server begins with its SETTINGS and acknowledges the client's (RFC 9113 §3.4, §6.5.3)")
    func settings() {
        let driver = HTTP2Driver { $0.concurrentStreams = 7 }
        #expect(driver.client.frames.first?.kind == .settings)
        // SETTINGS_MAX_CONCURRENT_STREAMS is 3.
        #expect(driver.client.frames.first?.payload.prefix(6) == [0, 3, 0, 0, 0, 7])
        #expect(driver.client.frames.contains(.settingsAcknowledged))
    }

    @Test("Streams are handled together and answered in any order")
    func manyStreams() {
        var driver = HTTP2Driver()
        driver.get(1, 3, 5, 7)
        #expect(driver.log == ["handle 1", "handle 3", "handle 5", "handle 7"])
        for stream: Int32 in [5, 1, 7, 3] { driver.respond(stream, "answer to \(stream)") }
        for stream: Int32 in [1, 3, 5, 7] { #expect(driver.response(stream)?.text == "answer to \(stream)") }
        #expect(driver.client.frames.filter { $0.kind == .headers }.map(\.stream) == [5, 1, 7, 3])
    }

    /// A connection with requests of all kinds, one behind the other, some mixed.
    private static func conversation(_ client: HTTP2Client) -> [UInt8] {
        var frames = [HTTP2Frame.settings([(4, 100_000)]), .settingsAcknowledged, client.request(1, "GET", "/1")]
        frames += [client.request(3, "POST", "/3", ends: false), client.request(5, "POST", "/5", [("content-length", "6")], ends: false)]
        frames += [.data(3, "abc", ends: false), .data(5, "def", ends: false), .ping, .data(5, "ghi"), .data(3, "", ends: true)]
        var long = client.request(7, "GET", "/7", [("x-long", String(repeating: "x", count: 40))])
        let rest = HTTP2Frame(kind: .continuation, flags: HTTP2Frame.endHeaders, stream: 7, payload: Array(long.payload.suffix(10)))
        long.payload.removeLast(10)
        long.flags = HTTP2Frame.endStream
        frames += [long, rest, .window(0, 1000), client.request(9, "POST", "/9", ends: false), .data(9, "body", ends: false)]
        frames += [client.headers(9, [("x-trailer", "t")]), client.request(11, "HEAD", "/11")]
        return HTTP2Client.preface + frames.flatMap(\.bytes)
    }

    @Test("A conversation cut in two at any place, or byte by byte, is the same conversation")
    func everySplit() {
        let expected = [1: "GET /1 ", 3: "POST /3 abc", 5: "POST /5 defghi", 7: "GET /7 ", 9: "POST /9 body", 11: ""]
        let count = Self.conversation(HTTP2Client()).count
        for cut in 0...(count + 1) {
            var driver = HTTP2Driver(begins: false)
            driver.answer = Self.echo
            let bytes = Self.conversation(driver.client)
            if cut > count {
                for byte in bytes { driver.receive([byte]) }
            } else {
                driver.receive(Array(bytes[..<cut]))
                driver.receive(Array(bytes[cut...]))
            }
            #expect(driver.log.count == expected.count, "cut at \(cut)")
            for (stream, text) in expected {
                let response = driver.response(Int32(stream))
                #expect(response?.isComplete == true && response?.text == text && response?.error == nil, "stream \(stream), cut at \(cut)")
            }
            #expect(driver.response(9)?.fields["content-length"] == "12", "cut at \(cut)")
            #expect(driver.client.frames(.ping).count == 1)
        }
    }

    @Test("Answers arrive whole through a kernel buffer of any size", arguments: [1, 9, 1000, 70_000])
    func smallBuffer(step: Int) {
        var driver = HTTP2Driver(settings: [(4, 1 << 20)])
        driver.send(.window(0, 1 << 20))
        driver.room = 0
        driver.get(1, 3)
        let text = String(repeating: "0123456789", count: 2000)
        driver.respond(1, text)
        driver.respond(3, text)
        for _ in 0...(41_000 / step) { driver.read(step) }
        #expect(driver.response(1)?.text == text)
        #expect(driver.response(3)?.text == text)
    }

    @Test("HEAD, 204, 304 and 205 have no content; HEAD has the length of GET, 205 is of length zero, 204 and 304 have none")
    func withoutContent() {
        var driver = HTTP2Driver()
        driver.send(driver.client.request(1, "HEAD"), driver.client.request(3), driver.client.request(5), driver.client.request(7))
        driver.send(driver.client.request(9, "HEAD"))
        driver.respond(1, "four")
        driver.respond(3, "nothing", .noContent)
        driver.respond(5, "nothing", .notModified)
        driver.respond(7, "nothing", .resetContent)
        driver.beginStream(9)
        #expect(!driver.log.contains("stream"))
        for (stream, length) in [1: "4", 3: nil, 5: nil, 7: "0", 9: nil] {
            let response = driver.response(Int32(stream))
            #expect(response?.isComplete == true, "stream \(stream)")
            #expect(response?.body.isEmpty == true, "stream \(stream)")
            #expect(response?.fields["content-length"] == length, "stream \(stream)")
        }
        #expect(driver.client.frames.allSatisfy { $0.kind != .data })
    }

    @Test("Fields that speak of the connection are left out, names are in lower case, and the handler's own date stands")
    func fields() {
        var driver = HTTP2Driver()
        driver.get(1)
        let fields: HTTPFields = [
            .connection: "close", .transferEncoding: "chunked", .upgrade: "x", .contentLength: "99", .date: "today",
            HTTPField.Name("Keep-Alive")!: "1", HTTPField.Name("Proxy-Connection")!: "close", HTTPField.Name("X-Upper")!: "Value",
        ]
        driver.respond(1, "ab", fields: fields)
        #expect(driver.response(1)?.fields == [":status": "200", "date": "today", "x-upper": "Value", "content-length": "2"])
    }

    @Test("A header section too large to send resets its stream alone, with INTERNAL_ERROR")
    func hugeFields() {
        var driver = HTTP2Driver()
        driver.get(1, 3)
        driver.respond(1, "", fields: [HTTPField.Name("X-Large")!: String(repeating: "x", count: 100_000)])
        driver.respond(3, "ok")
        #expect(driver.response(1)?.error == HTTP2Code.internalError)
        #expect(driver.response(3)?.text == "ok")
        #expect(driver.machine.streams.isEmpty)
    }

    @Test("A body that is wanted is asked for (RFC 9110 §10.1.1); one that is too large is refused in place of that")
    func continues() {
        var driver = HTTP2Driver { $0.bodyBytes = 4 }
        let expect = ("expect", "100-continue")
        driver.send(driver.client.request(1, "POST", "/", [expect, ("content-length", "4")], ends: false))
        #expect(driver.response(1)?.interim == ["100"])
        driver.send(.data(1, "body"))
        driver.respond(1, "thanks")
        #expect(driver.response(1)?.status == "200")
        #expect(driver.response(1)?.text == "thanks")
        driver.send(driver.client.request(3, "POST", "/", [expect, ("content-length", "5")], ends: false))
        #expect(driver.response(3)?.interim == [])
        #expect(driver.response(3)?.status == "413")
        driver.send(driver.client.request(5, "GET", "/", [expect]))
        #expect(driver.response(5) == nil)
        #expect(driver.log.last == "handle 5")
    }

    @Test("Trailers end a request and are dropped")
    func trailers() {
        var driver = HTTP2Driver()
        driver.send(driver.client.request(1, "POST", "/", ends: false), .data(1, "abc", ends: false), driver.client.headers(1, [("x-trailer", "t")]))
        #expect(driver.log == ["handle 1"])
        #expect(driver.handled.first?.body.bytes == Array("abc".utf8))
        #expect(driver.handled.first?.request.headerFields[HTTPField.Name("X-Trailer")!] == nil)
    }

    @Test("A stream of unknown length ends with END_STREAM; empty pieces send nothing")
    func streams() {
        var driver = HTTP2Driver()
        driver.get(1)
        driver.beginStream(1)
        driver.write(1, "hello ")
        driver.write(1, "")
        #expect(driver.response(1)?.text == "hello ")
        driver.write(1, "world")
        #expect(driver.response(1)?.isComplete == false)
        #expect(driver.machine.responseBytes(of: 1) == 11)
        driver.endStream(1)
        #expect(driver.response(1)?.isComplete == true)
        #expect(driver.response(1)?.text == "hello world")
        #expect(driver.response(1)?.fields["content-length"] == nil)
        #expect(driver.log == ["handle 1", "stream"])
    }

    @Test("A stream is held to its Content-Length: less or more resets it with INTERNAL_ERROR, and no other")
    func statedLength() {
        var driver = HTTP2Driver()
        driver.get(1, 3, 5, 7)
        for stream: Int32 in [1, 3, 5, 7] { driver.beginStream(stream, fields: [.contentLength: "5"]) }
        driver.write(1, "hello")
        driver.endStream(1)
        driver.write(3, "hell")
        driver.endStream(3)
        driver.write(5, "hello!")
        driver.write(7, "hel")
        driver.failStream(7)
        #expect(driver.response(1)?.isComplete == true)
        #expect(driver.response(1)?.fields["content-length"] == "5")
        for stream: Int32 in [3, 5, 7] {
            #expect(driver.response(stream)?.error == HTTP2Code.internalError)
            #expect(driver.response(stream)?.isComplete == false)
        }
        #expect(driver.log.filter { $0.hasPrefix("cancel") } == ["cancel 3", "cancel 5", "cancel 7"])
        #expect(driver.machine.streams.isEmpty)
        #expect(driver.client.goAways.isEmpty)
    }

    @Test("A client's RST_STREAM cancels that exchange alone, in the middle of the body and of the response")
    func resetByClient() {
        var driver = HTTP2Driver()
        driver.send(driver.client.request(1, "POST", ends: false), .data(1, "ab", ends: false))
        driver.get(3, 5)
        driver.beginStream(3)
        driver.write(3, "begin")
        driver.send(.reset(1))
        driver.send(.reset(3))
        #expect(driver.log == ["handle 3", "handle 5", "stream", "cancel 1", "cancel 3"])
        // What the handler still writes goes nowhere.
        driver.write(3, "more")
        driver.endStream(3)
        #expect(driver.response(3)?.text == "begin")
        driver.respond(5, "here")
        #expect(driver.response(5)?.text == "here")
        #expect(driver.machine.streams.isEmpty)
        #expect(driver.rules.bodyBudget.used == 0)
    }

    @Test("A request that is taken back in the same breath is not begun")
    func resetAtOnce() {
        var driver = HTTP2Driver()
        driver.send(driver.client.request(1), .reset(1), driver.client.request(3))
        #expect(driver.log == ["cancel 1", "handle 3"])
    }
}
