import HTTPCore
import HTTPTypes
import Testing

@testable import HTTPServer

/// A rule of the RFCs about the end of a response's body.
struct FramingRule: Sendable, CustomTestStringConvertible {
    enum Body: Sendable {
        case bytes, stream, streamOfStatedLength
    }

    var section: String
    var name: String
    var request: String
    var status = 200
    var body = Body.bytes
    /// What the head says of framing and connection.
    var lines: String
    var content: String

    var testDescription: String { "\(section): \(name)" }

    private static let head = "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n"
    private static let old = "GET / HTTP/1.0\r\n\r\n"
    private static let oldKept = "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"
    private static let length = "Content-Length: 4\r\n"
    private static let coding = "Transfer-Encoding: chunked\r\n"
    private static let close = "Connection: close\r\n"

    static let all: [FramingRule] = [
        FramingRule(section: "RFC 9112 §6.2", name: "a body of known length", request: getText(), lines: length, content: "four"),
        FramingRule(
            section: "RFC 9112 §7.1", name: "a stream to HTTP/1.1", request: getText(), body: .stream, lines: coding,
            content: "4\r\nfour\r\n0\r\n\r\n"),
        FramingRule(
            section: "RFC 9112 §6.2", name: "a stream of stated length", request: getText(), body: .streamOfStatedLength, lines: length,
            content: "four"),
        FramingRule(section: "RFC 9112 §9.3", name: "a body to HTTP/1.0", request: old, lines: length + close, content: "four"),
        FramingRule(
            section: "RFC 9112 §9.3", name: "a body to HTTP/1.0 that asks for more", request: oldKept,
            lines: length + "Connection: keep-alive\r\n", content: "four"),
        FramingRule(
            section: "RFC 9112 §6.1", name: "a stream to HTTP/1.0 is not chunked", request: oldKept, body: .stream, lines: close,
            content: "four"),
        FramingRule(
            section: "RFC 9112 §6.2", name: "a stream of stated length to HTTP/1.0", request: oldKept, body: .streamOfStatedLength,
            lines: length + "Connection: keep-alive\r\n", content: "four"),
        FramingRule(section: "RFC 9110 §9.3.2", name: "HEAD", request: head, lines: length, content: ""),
        FramingRule(section: "RFC 9110 §9.3.2", name: "HEAD of a stream", request: head, body: .stream, lines: coding, content: ""),
        FramingRule(
            section: "RFC 9110 §9.3.2", name: "HEAD of a stream of stated length", request: head, body: .streamOfStatedLength,
            lines: length, content: ""),
        FramingRule(section: "RFC 9110 §15.3.5", name: "204", request: getText(), status: 204, lines: "", content: ""),
        FramingRule(section: "RFC 9110 §15.3.5", name: "204 with a stream", request: getText(), status: 204, body: .stream, lines: "", content: ""),
        FramingRule(
            section: "RFC 9110 §8.6", name: "204 with a stated length", request: getText(), status: 204, body: .streamOfStatedLength,
            lines: "", content: ""),
        FramingRule(section: "RFC 9110 §15.4.5", name: "304", request: getText(), status: 304, lines: "", content: ""),
        FramingRule(section: "RFC 9110 §15.4.5", name: "304 with a stream", request: getText(), status: 304, body: .stream, lines: "", content: ""),
        FramingRule(
            section: "RFC 9112 §6.3", name: "204 to HTTP/1.0 that asks for more", request: oldKept, status: 204,
            lines: "Connection: keep-alive\r\n", content: ""),
        FramingRule(
            section: "RFC 9110 §15.3.6", name: "205", request: getText(), status: 205, lines: "Content-Length: 0\r\n", content: ""),
        FramingRule(
            section: "RFC 9110 §15.3.6", name: "205 with a stream", request: getText(), status: 205, body: .stream,
            lines: "Content-Length: 0\r\n", content: ""),
        FramingRule(section: "RFC 9112 §6.2", name: "an error", request: getText(), status: 404, lines: length, content: "four"),
    ]
}

@Test("A response ends where the RFCs say, and the next one begins there", arguments: FramingRule.all)
func framingRuleIsKept(rule: FramingRule) {
    var driver = MachineDriver()
    driver.receive(rule.request + getText("/next"))
    let status = HTTPResponse.Status(code: rule.status)
    switch rule.body {
    case .bytes: driver.respond(status, "four")
    case .stream: driver.beginStream(status)
    case .streamOfStatedLength: driver.beginStream(status, fields: [.contentLength: "4"])
    }
    if driver.log.last == "stream" {
        driver.write("four")
        driver.endStream()
    }
    let sent = driver.sentText
    let date = "Date: \(String(decoding: MachineDriver.date, as: UTF8.self))\r\n"
    #expect(sent.hasPrefix("HTTP/1.1 \(rule.status) "))
    #expect(sent.hasSuffix("\r\n\(date)\(rule.lines)\r\n\(rule.content)"), "\(sent)")
    if rule.lines.contains("Connection: close") {
        #expect(driver.log.last == "shutdownWriting")
    } else {
        #expect(driver.request?.path == "/next")
        driver.respond(.ok, "next")
        #expect(driver.sentText == sent + answer("next"))
    }
}
