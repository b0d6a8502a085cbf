import HTTPCore
import HTTPTypes
import Testing

@testable import HTTPServer

/// A rule of the RFCs about a connection: what a client sends, and which requests are handled.
struct ConnectionRule: Sendable, CustomTestStringConvertible {
    var section: String
    var name: String
    var stream: String
    /// Method, path and body of each request that is handled, in order.
    var handled: [String]
    /// What the answers say about the connection; nil for nothing.
    var options: [String?]
    /// The status of the error that ends the connection.
    var error: Int?

    var testDescription: String { "\(section): \(name)" }

    private init(_ section: String, _ name: String, _ stream: String, _ handled: [String], _ options: [String?], _ error: Int?) {
        (self.section, self.name, self.stream, self.handled, self.options, self.error) = (section, name, stream, handled, options, error)
    }

    /// The connection stays, or is closed by the last answer if it says so.
    private static func kept(
        _ section: String, _ name: String, _ stream: String, _ handled: [String], options: [String?]? = nil
    ) -> ConnectionRule {
        ConnectionRule(section, name, stream, handled, options ?? handled.map { _ in nil }, nil)
    }

    /// `message` between two good requests: the first is answered as ever, the error is the last answer, and what comes behind is not read.
    private static func ended(_ section: String, _ name: String, _ message: String, _ error: Int) -> ConnectionRule {
        ConnectionRule(section, name, getText("/1") + message + getText("/smuggled"), ["GET /1 "], [nil], error)
    }

    private static func chunked(_ body: String) -> String {
        "POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + body
    }

    static let all: [ConnectionRule] = [
        .kept(
            "RFC 9112 §9.3.2", "answers come in the order of the requests",
            getText("/1") + postText("hello") + chunked("3\r\nabc\r\n0\r\n\r\n") + getText("/4"),
            ["GET /1 ", "POST / hello", "POST /c abc", "GET /4 "]),
        .kept("RFC 9112 §2.2", "empty lines between requests", getText("/1") + "\r\n" + getText("/2"), ["GET /1 ", "GET /2 "]),
        .kept("RFC 9112 §2.2", "an empty line behind a body", postText("hello") + "\r\n", ["POST / hello"]),
        .kept("RFC 9112 §6.3", "a GET with a body", getText("/1", "Content-Length: 5\r\n") + "hello" + getText("/2"), ["GET /1 hello", "GET /2 "]),
        .kept(
            "RFC 9112 §9.6", "after close nothing is handled", getText("/1", "Connection: close\r\n") + getText("/2"), ["GET /1 "],
            options: ["close"]),
        .kept(
            "RFC 9112 §9.6", "close with a body", postText("hello", "Connection: close\r\n") + getText("/2"), ["POST / hello"],
            options: ["close"]),
        .kept("RFC 9112 §9.3", "HTTP/1.0 closes", "GET /1 HTTP/1.0\r\n\r\n" + getText("/2"), ["GET /1 "], options: ["close"]),
        .kept(
            "RFC 9112 §9.3", "HTTP/1.0 with keep-alive", "GET /1 HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /2 HTTP/1.0\r\n\r\n",
            ["GET /1 ", "GET /2 "], options: ["keep-alive", "close"]),
        .kept(
            "RFC 9112 §9.3", "HTTP/1.1 behind HTTP/1.0", "GET /1 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n" + getText("/2"),
            ["GET /1 ", "GET /2 "], options: ["keep-alive", nil]),
        .kept(
            "RFC 9110 §10.1.1", "100-continue, asked for or not", postText("hello", "Expect: 100-continue\r\n") + getText("/2"),
            ["POST / hello", "GET /2 "]),
        .kept(
            "RFC 9110 §15.2", "100-continue from HTTP/1.0 is not answered",
            "POST /1 HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\na", ["POST /1 a"], options: ["close"]),
        .kept(
            "RFC 9110 §7.8", "an upgrade is not taken", getText("/1", "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n") + getText("/2"),
            ["GET /1 ", "GET /2 "]),
        .kept(
            "RFC 9110 §7.6.1", "an option cannot take the length away", postText("hello", "Connection: content-length\r\n") + getText("/2"),
            ["POST / hello", "GET /2 "]),
        .kept(
            "RFC 9110 §6.5.1", "trailers say nothing of the connection or the length",
            chunked("0\r\nConnection: close\r\nContent-Length: 40\r\nTransfer-Encoding: gzip\r\n\r\n") + getText("/2"), ["POST /c ", "GET /2 "]),
        .ended("RFC 9112 §3", "a malformed request line", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        .ended("RFC 9112 §2.2", "a bare LF", "GET / HTTP/1.1\nHost: a\r\n\r\n", 400),
        .ended("RFC 9112 §2.2", "a bare CR", getText("/2", "X: a\rb\r\n"), 400),
        .ended("RFC 9112 §3.2", "no Host", "GET / HTTP/1.1\r\n\r\n", 400),
        .ended("RFC 9112 §5.1", "a space before the colon", getText("/2", "X : a\r\n"), 400),
        .ended("RFC 9112 §5.2", "a folded line", getText("/2", "X: a\r\n b\r\n"), 400),
        .ended("RFC 9112 §6.3", "both lengths", postText("0\r\n\r\n", "Transfer-Encoding: chunked\r\n"), 400),
        .ended("RFC 9112 §6.3", "two lengths", postText("hello", "Content-Length: 5\r\n"), 400),
        .ended("RFC 9112 §6.3", "a coding without end", postText("", "Transfer-Encoding: gzip\r\n").replacing("Content-Length: 0\r\n", with: ""), 400),
        .ended("RFC 9112 §6.1", "a coding that is not known", chunked("0\r\n\r\n").replacing("chunked", with: "gzip, chunked"), 501),
        .ended("RFC 9112 §6.1", "a coding from HTTP/1.0", chunked("0\r\n\r\n").replacing("HTTP/1.1", with: "HTTP/1.0"), 400),
        .ended("RFC 9112 §7.1", "a malformed chunk size", chunked("0x1\r\na\r\n0\r\n\r\n"), 400),
        .ended("RFC 9112 §7.1", "data behind a chunk", chunked("1\r\nab\r\n0\r\n\r\n"), 400),
        .ended("RFC 9112 §7.1.1", "a malformed extension", chunked("1;\r\na\r\n0\r\n\r\n"), 400),
        .ended("RFC 9112 §5.2", "a folded trailer", chunked("0\r\nX: a\r\n b\r\n\r\n"), 400),
        .ended("RFC 9110 §9.3.6", "CONNECT", "CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        .ended("RFC 9110 §10.1.1", "an expectation that is not known", getText("/2", "Expect: more\r\n"), 417),
        .ended("RFC 9110 §15.5.14", "a body too large", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9000000\r\n\r\n", 413),
        .ended("RFC 9110 §15.6.6", "another version", "GET / HTTP/3.0\r\nHost: a\r\n\r\n", 505),
    ]

    /// The ways in which the stream can arrive: whole, cut in two at every place, and byte by byte.
    var splits: [(name: String, pieces: [ArraySlice<UInt8>])] {
        let bytes = Array(stream.utf8)
        let cuts = (0...bytes.count).map { ("cut at \($0)", [bytes[..<$0], bytes[$0...]]) }
        return [("whole", [bytes[...]])] + cuts + [("byte by byte", bytes.indices.map { bytes[$0...$0] })]
    }
}

/// The answers that `rule` says, without the interim responses: whether a body is asked for depends on whether it had begun to come.
private func expectAnswers(_ driver: MachineDriver, _ rule: ConnectionRule, _ name: String) {
    var sent = driver.sentText
    // HTTP/1.0 is never sent one.
    if rule.stream.contains("Expect: 100-continue"), !rule.stream.contains("HTTP/1.0") {
        sent = sent.replacing("HTTP/1.1 100 Continue\r\n\r\n", with: "")
    }
    let answers = zip(rule.handled, rule.options).map { answer($0, connection: $1) }.joined()
    if let error = rule.error {
        #expect(sent.hasPrefix(answers + "HTTP/1.1 \(error) "), "\(name): \(sent)")
        #expect(sent.contains("\r\nConnection: close\r\n"), "\(name): \(sent)")
    } else {
        #expect(sent == answers, "\(name)")
    }
}

/// Answers each request that waits for it with itself.
private func answerAll(_ driver: inout MachineDriver) {
    while driver.machine.phase == .handling, let request = driver.request {
        driver.respond(.ok, "\(request.method) \(request.path ?? "") \(String(decoding: driver.requestBody, as: UTF8.self))")
    }
}

@Test("Each rule of the RFCs about a connection is kept in every split", arguments: ConnectionRule.all)
func connectionRuleIsKept(rule: ConnectionRule) {
    let isClosed = rule.error != nil || rule.options.last == "close"
    let log = rule.handled.map { _ in "handle" } + (rule.error.map { ["reject \($0)"] } ?? []) + (isClosed ? ["shutdownWriting"] : [])
    for (name, pieces) in rule.splits {
        var driver = MachineDriver()
        for piece in pieces {
            driver.receive(Array(piece))
            answerAll(&driver)
        }
        #expect(driver.log == log, "\(name)")
        expectAnswers(driver, rule, name)
    }
}

@Test("A client that ends its half behind its requests gets the same answers (RFC 9112 §9.6)", arguments: ConnectionRule.all)
func connectionRuleIsKeptAfterTheEnd(rule: ConnectionRule) {
    let log = rule.handled.map { _ in "handle" } + (rule.error.map { ["reject \($0)"] } ?? []) + ["close"]
    for (name, pieces) in rule.splits {
        var driver = MachineDriver()
        for piece in pieces { driver.receive(Array(piece)) }
        driver.endPeer()
        answerAll(&driver)
        #expect(driver.log == log, "\(name)")
        expectAnswers(driver, rule, name)
    }
}

@Test("A request cut off by the end of the client's half does not take away the answer to the one before it (RFC 9112 §8)")
func cutOffBehindRequest() {
    let rest = Array(postText("hello").utf8)
    for cut in 1..<rest.count {
        for endsFirst in [true, false] {
            var driver = MachineDriver()
            driver.receive(Array(getText("/1").utf8) + rest[..<cut])
            if endsFirst { driver.endPeer() }
            driver.respond(.ok, "one")
            if !endsFirst { driver.endPeer() }
            #expect(driver.log == ["handle", "close"], "cut at \(cut)")
            #expect(driver.sentText == answer("one"))
        }
    }
}
