import HTTPCore
import HTTPTypes
import Testing

/// A rule of the RFCs: a message and how it is answered.
struct Rule: Sendable, CustomTestStringConvertible {
    var section: String
    var name: String
    var message: String
    /// The status, or nil where the message is accepted.
    var status: Int?

    var testDescription: String { "\(section): \(name)" }

    static let all: [Rule] = [
        // Request line.
        Rule(section: "RFC 9112 §3", name: "a plain request", message: get(), status: nil),
        Rule(section: "RFC 9112 §3", name: "two spaces before the target", message: "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", status: 400),
        Rule(section: "RFC 9112 §3", name: "two spaces before the version", message: "GET /  HTTP/1.1\r\nHost: a\r\n\r\n", status: 400),
        Rule(section: "RFC 9112 §3", name: "a tab for a space", message: "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n", status: 400),
        Rule(section: "RFC 9112 §3", name: "a space after the version", message: "GET / HTTP/1.1 \r\nHost: a\r\n\r\n", status: 400),
        Rule(section: "RFC 9112 §3", name: "a space before the method", message: " GET / HTTP/1.1\r\nHost: a\r\n\r\n", status: 400),
        Rule(section: "RFC 9112 §3", name: "no version (HTTP/0.9)", message: "GET /\r\n", status: 400),
        Rule(section: "RFC 9112 §3.1", name: "an unknown method", message: "BREW / HTTP/1.1\r\nHost: a\r\n\r\n", status: nil),
        Rule(section: "RFC 9112 §3.1", name: "a method that is no token", message: "G(T / HTTP/1.1\r\nHost: a\r\n\r\n", status: 400),
        Rule(section: "RFC 9112 §2.2", name: "one empty line first", message: "\r\n" + get(), status: nil),
        Rule(section: "RFC 9112 §2.2", name: "two empty lines first", message: "\r\n\r\n" + get(), status: nil),
        Rule(section: "RFC 9112 §2.2", name: "three empty lines first", message: "\r\n\r\n\r\n" + get(), status: 400),
        Rule(section: "RFC 9112 §2.2", name: "a bare LF after the request line", message: "GET / HTTP/1.1\nHost: a\r\n\r\n", status: 400),
        Rule(section: "RFC 9112 §2.2", name: "a bare LF after a field", message: "GET / HTTP/1.1\r\nHost: a\n\r\n", status: 400),
        Rule(section: "RFC 9112 §2.2", name: "a bare LF for the empty line", message: "GET / HTTP/1.1\r\nHost: a\r\n\n", status: 400),
        Rule(section: "RFC 9112 §2.2", name: "a bare CR in the request line", message: "GET /\r HTTP/1.1\r\nHost: a\r\n\r\n", status: 400),
        Rule(section: "RFC 9112 §2.2", name: "a bare CR in a field", message: get("X: a\rb"), status: 400),
        Rule(section: "RFC 9112 §2.2", name: "two CRs at the end of a field", message: get("X: a\r"), status: 400),
        Rule(section: "RFC 8446 §5.1", name: "a TLS handshake", message: "\u{16}\u{3}\u{1}", status: 400),
        Rule(section: "RFC 9112 §3", name: "a control character first", message: "\u{0}", status: 400),

        // Versions.
        Rule(section: "RFC 9112 §2.3", name: "HTTP/1.0", message: "GET / HTTP/1.0\r\n\r\n", status: nil),
        Rule(section: "RFC 9110 §2.5", name: "HTTP/1.2", message: "GET / HTTP/1.2\r\nHost: a\r\n\r\n", status: nil),
        Rule(section: "RFC 9110 §15.6.6", name: "HTTP/2.0", message: "GET / HTTP/2.0\r\nHost: a\r\n\r\n", status: 505),
        Rule(section: "RFC 9113 §3.4", name: "the preface of HTTP/2", message: "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", status: 505),
        Rule(section: "RFC 9112 §2.3", name: "http in lowercase", message: "GET / http/1.1\r\nHost: a\r\n\r\n", status: 400),
        Rule(section: "RFC 9112 §2.3", name: "two-digit version", message: "GET / HTTP/1.10\r\nHost: a\r\n\r\n", status: 400),
        Rule(section: "RFC 9112 §2.3", name: "no minor version", message: "GET / HTTP/1\r\nHost: a\r\n\r\n", status: 400),

        // Targets.
        Rule(section: "RFC 9112 §3.2.1", name: "origin form with a query", message: "GET /a?b=c HTTP/1.1\r\nHost: a\r\n\r\n", status: nil),
        Rule(section: "RFC 9112 §3.2.2", name: "absolute form", message: "GET http://b/c HTTP/1.1\r\nHost: a\r\n\r\n", status: nil),
        Rule(section: "RFC 9110 §4.2.1", name: "absolute form without host", message: "GET http:///c HTTP/1.1\r\nHost: a\r\n\r\n", status: 400),
        Rule(section: "RFC 9110 §4.2.4", name: "user information", message: "GET http://u:p@b/ HTTP/1.1\r\nHost: a\r\n\r\n", status: 400),
        Rule(section: "RFC 9112 §3.2.2", name: "another scheme", message: "GET ftp://b/ HTTP/1.1\r\nHost: a\r\n\r\n", status: 400),
        Rule(section: "RFC 9112 §3.2.3", name: "authority form", message: "CONNECT b:443 HTTP/1.1\r\nHost: b\r\n\r\n", status: 400),
        Rule(section: "RFC 9112 §3.2.4", name: "OPTIONS *", message: "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", status: nil),
        Rule(section: "RFC 9112 §3.2.4", name: "GET *", message: "GET * HTTP/1.1\r\nHost: a\r\n\r\n", status: 400),
        Rule(section: "RFC 9112 §3.2", name: "a path without slash", message: "GET a HTTP/1.1\r\nHost: a\r\n\r\n", status: 400),
        Rule(section: "RFC 3986 §3.5", name: "a fragment", message: "GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n", status: 400),
        Rule(section: "RFC 3986 §2", name: "raw UTF-8 in the target", message: "GET /ä HTTP/1.1\r\nHost: a\r\n\r\n", status: 400),
        Rule(section: "RFC 3986 §2", name: "a control character in the target", message: "GET /\u{1} HTTP/1.1\r\nHost: a\r\n\r\n", status: 400),

        // Host.
        Rule(section: "RFC 9112 §3.2", name: "no Host in 1.1", message: "GET / HTTP/1.1\r\n\r\n", status: 400),
        Rule(section: "RFC 9112 §3.2", name: "two Hosts", message: get("Host: b"), status: 400),
        Rule(section: "RFC 9112 §3.2", name: "two equal Hosts", message: get("host: a"), status: 400),
        Rule(section: "RFC 9112 §3.2", name: "an empty Host", message: "GET / HTTP/1.1\r\nHost:\r\n\r\n", status: nil),
        Rule(section: "RFC 9110 §7.2", name: "a Host with port", message: "GET / HTTP/1.1\r\nHost: a.b:80\r\n\r\n", status: nil),
        Rule(section: "RFC 9110 §7.2", name: "an IPv6 Host", message: "GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", status: nil),
        Rule(section: "RFC 9110 §7.2", name: "a Host with a path", message: "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", status: 400),
        Rule(section: "RFC 9110 §7.2", name: "a Host with a bad port", message: "GET / HTTP/1.1\r\nHost: a:b\r\n\r\n", status: 400),
        Rule(section: "RFC 9110 §7.2", name: "a Host with user", message: "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", status: 400),
        Rule(section: "RFC 9110 §7.2", name: "two hosts in one", message: "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", status: 400),
        Rule(section: "RFC 3986 §3.2.2", name: "an open bracket", message: "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", status: 400),

        // Fields.
        Rule(section: "RFC 9112 §5.1", name: "a space before the colon", message: get("X : a"), status: 400),
        Rule(section: "RFC 9112 §5.1", name: "a tab before the colon", message: get("X\t: a"), status: 400),
        Rule(section: "RFC 9112 §5", name: "no colon", message: get("X"), status: 400),
        Rule(section: "RFC 9112 §5", name: "an empty name", message: get(": a"), status: 400),
        Rule(section: "RFC 9110 §5.1", name: "a name that is no token", message: get("X[]: a"), status: 400),
        Rule(section: "RFC 9110 §5.1", name: "a name beyond ASCII", message: get("Ü: a"), status: 400),
        Rule(section: "RFC 9112 §5.2", name: "a folded line", message: get("X: a", " b"), status: 400),
        Rule(section: "RFC 9112 §5.2", name: "whitespace before the first field", message: "GET / HTTP/1.1\r\n Host: a\r\n\r\n", status: 400),
        Rule(section: "RFC 9110 §5.5", name: "an empty value", message: get("X:"), status: nil),
        Rule(section: "RFC 9110 §5.5", name: "a tab within a value", message: get("X: a\tb"), status: nil),
        Rule(section: "RFC 9110 §5.5", name: "obs-text in a value", message: get("X: ä"), status: nil),
        Rule(section: "RFC 9110 §5.5", name: "NUL in a value", message: get("X: a\u{0}b"), status: 400),
        Rule(section: "RFC 9110 §5.5", name: "ESC in a value", message: get("X: a\u{1B}b"), status: 400),
        Rule(section: "RFC 9110 §5.5", name: "DEL in a value", message: get("X: a\u{7F}b"), status: 400),

        // Length of the body.
        Rule(section: "RFC 9112 §6.3", name: "both lengths", message: post("Content-Length: 1", "Transfer-Encoding: chunked"), status: 400),
        Rule(section: "RFC 9112 §6.3", name: "both lengths, the other way", message: post("Transfer-Encoding: chunked", "Content-Length: 1"), status: 400),
        Rule(section: "RFC 9112 §6.3", name: "both lengths, zero", message: post("Content-Length: 0", "Transfer-Encoding: chunked"), status: 400),
        Rule(section: "RFC 9112 §6.3", name: "two different lengths", message: post("Content-Length: 1", "Content-Length: 2"), status: 400),
        Rule(section: "RFC 9112 §6.3", name: "two equal lengths", message: post("Content-Length: 1", "Content-Length: 1"), status: 400),
        Rule(section: "RFC 9112 §6.3", name: "a list of lengths", message: post("Content-Length: 1, 1"), status: 400),
        Rule(section: "RFC 9110 §8.6", name: "a signed length", message: post("Content-Length: +1"), status: 400),
        Rule(section: "RFC 9110 §8.6", name: "a negative length", message: post("Content-Length: -1"), status: 400),
        Rule(section: "RFC 9110 §8.6", name: "a hexadecimal length", message: post("Content-Length: 0x1"), status: 400),
        Rule(section: "RFC 9110 §8.6", name: "a length with a space within", message: post("Content-Length: 1 1"), status: 400),
        Rule(section: "RFC 9110 §8.6", name: "an empty length", message: post("Content-Length:"), status: 400),
        Rule(section: "RFC 9110 §15.5.14", name: "a length beyond 64 bits", message: post("Content-Length: 99999999999999999999999"), status: 413),
        Rule(section: "RFC 9110 §15.5.14", name: "a length that wraps to 5", message: post("Content-Length: 18446744073709551621"), status: 413),
        Rule(section: "RFC 9112 §6.1", name: "Chunked in any case", message: post("Transfer-Encoding: CHUNKED", body: "0\r\n\r\n"), status: nil),
        Rule(section: "RFC 9112 §6.1", name: "gzip, chunked", message: post("Transfer-Encoding: gzip, chunked"), status: 501),
        Rule(section: "RFC 9112 §6.1", name: "gzip and chunked on two lines", message: post("Transfer-Encoding: gzip", "Transfer-Encoding: chunked"), status: 501),
        Rule(section: "RFC 9112 §6.3", name: "gzip alone", message: post("Transfer-Encoding: gzip"), status: 400),
        Rule(section: "RFC 9112 §6.3", name: "chunked not last", message: post("Transfer-Encoding: chunked, gzip"), status: 400),
        Rule(section: "RFC 9112 §6.3", name: "identity", message: post("Transfer-Encoding: identity"), status: 400),
        Rule(section: "RFC 9112 §6.3", name: "an empty coding", message: post("Transfer-Encoding:"), status: 400),
        Rule(section: "RFC 9112 §6.3", name: "a coding that looks like chunked", message: post("Transfer-Encoding: xchunked"), status: 400),
        Rule(section: "RFC 9112 §6.3", name: "a vertical tab before chunked", message: post("Transfer-Encoding: \u{B}chunked"), status: 400),
        Rule(section: "RFC 9112 §6.3", name: "chunked with a parameter", message: post("Transfer-Encoding: chunked;a=b"), status: 400),
        Rule(section: "RFC 9112 §6.1", name: "chunked twice", message: post("Transfer-Encoding: chunked, chunked"), status: 400),
        Rule(section: "RFC 9112 §6.1", name: "chunked from HTTP/1.0", message: "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", status: 400),

        // Expect.
        Rule(section: "RFC 9110 §10.1.1", name: "100-continue", message: post("Content-Length: 1", "Expect: 100-continue", body: "a"), status: nil),
        Rule(section: "RFC 9110 §10.1.1", name: "100-Continue in any case", message: post("Content-Length: 1", "Expect: 100-Continue", body: "a"), status: nil),
        Rule(section: "RFC 9110 §10.1.1", name: "another expectation", message: get("Expect: 200-ok"), status: 417),
        Rule(section: "RFC 9110 §10.1.1", name: "two expectations", message: get("Expect: 100-continue", "Expect: more"), status: 417),
        Rule(section: "RFC 9110 §10.1.1", name: "an expectation from 1.0", message: "GET / HTTP/1.0\r\nExpect: more\r\n\r\n", status: nil),

        // Chunks.
        Rule(section: "RFC 9112 §7.1", name: "one chunk", message: chunked("1\r\na\r\n0\r\n\r\n"), status: nil),
        Rule(section: "RFC 9112 §7.1", name: "leading zeros", message: chunked("0001\r\na\r\n000\r\n\r\n"), status: nil),
        Rule(section: "RFC 9112 §7.1", name: "hexadecimal of both cases", message: chunked("aA\r\n" + String(repeating: "x", count: 170) + "\r\n0\r\n\r\n"), status: nil),
        Rule(section: "RFC 9112 §7.1", name: "an empty size", message: chunked("\r\n"), status: 400),
        Rule(section: "RFC 9112 §7.1", name: "a signed size", message: chunked("+1\r\na\r\n"), status: 400),
        Rule(section: "RFC 9112 §7.1", name: "a size with 0x", message: chunked("0x1\r\na\r\n"), status: 400),
        Rule(section: "RFC 9112 §7.1", name: "a size with a space before", message: chunked(" 1\r\na\r\n"), status: 400),
        Rule(section: "RFC 9112 §7.1", name: "a size with a space behind", message: chunked("1 \r\na\r\n"), status: 400),
        Rule(section: "RFC 9112 §7.1", name: "a size of 16 digits", message: chunked("0000000000000001\r\na\r\n"), status: 400),
        Rule(section: "RFC 9112 §7.1", name: "a size that wraps", message: chunked("ffffffffffffffff1\r\na\r\n"), status: 400),
        Rule(section: "RFC 9110 §15.5.14", name: "a size beyond the limit", message: chunked("fffffffffff\r\n"), status: 413),
        Rule(section: "RFC 9112 §7.1", name: "a bare LF after the size", message: chunked("1\na\r\n"), status: 400),
        Rule(section: "RFC 9112 §7.1", name: "more data than the size says", message: chunked("1\r\nab\r\n"), status: 400),
        Rule(section: "RFC 9112 §7.1", name: "a bare LF after the data", message: chunked("1\r\na\n0\r\n\r\n"), status: 400),
        Rule(section: "RFC 9112 §7.1.1", name: "an extension", message: chunked("1;a=b\r\na\r\n0\r\n\r\n"), status: nil),
        Rule(section: "RFC 9112 §7.1.1", name: "an extension without value", message: chunked("1;a;b\r\na\r\n0\r\n\r\n"), status: nil),
        Rule(section: "RFC 9112 §7.1.1", name: "bad whitespace in an extension", message: chunked("1 ; a = b\r\na\r\n0\r\n\r\n"), status: nil),
        Rule(section: "RFC 9112 §7.1.1", name: "a quoted extension", message: chunked("1;a=\"b;\\\"c\"\r\na\r\n0\r\n\r\n"), status: nil),
        Rule(section: "RFC 9112 §7.1.1", name: "a quoted extension without end", message: chunked("1;a=\"b\r\na\r\n"), status: 400),
        Rule(section: "RFC 9112 §7.1.1", name: "an empty extension", message: chunked("1;\r\na\r\n"), status: 400),
        Rule(section: "RFC 9112 §7.1.1", name: "an extension with an empty value", message: chunked("1;a=\r\na\r\n"), status: 400),
        Rule(section: "RFC 9112 §7.1.1", name: "a control character in an extension", message: chunked("1;a\u{1}\r\na\r\n"), status: 400),
        Rule(section: "RFC 9112 §7.1.1", name: "a bare CR in an extension", message: chunked("1;a\rb\r\na\r\n"), status: 400),
        Rule(section: "RFC 9112 §7.1.2", name: "a trailer field", message: chunked("0\r\nX: a\r\n\r\n"), status: nil),
        Rule(section: "RFC 9112 §7.1.2", name: "a trailer that is no field", message: chunked("0\r\nX\r\n\r\n"), status: 400),
        Rule(section: "RFC 9112 §7.1.2", name: "a trailer with a bare LF", message: chunked("0\r\nX: a\n\r\n"), status: 400),
    ]
}

@Test("Each rule of the RFCs is kept", arguments: Rule.all)
func ruleIsKept(rule: Rule) {
    let observed = events(rule.message)
    if let status = rule.status {
        guard case .malformed(let error)? = observed.last else {
            Issue.record("accepted: \(observed)")
            return
        }
        #expect(error.status.code == status, "\(error.message)")
        #expect(!error.message.isEmpty)
    } else {
        #expect(observed.last == .end, "\(observed)")
    }
}

@Test("A message parses to the same events however it is cut in two, and byte by byte", arguments: Rule.all)
func cutsMakeNoDifference(rule: Rule) {
    // Two messages in a row where the first is whole, so that the cut falls around the border too.
    let bytes = Array((rule.status == nil ? rule.message + get("Connection: close") : rule.message).utf8)
    let whole = events(of: [bytes[...]])
    for cut in 0...bytes.count {
        let cutInTwo = events(of: [bytes[..<cut], bytes[cut...]])
        #expect(cutInTwo == whole, "cut at \(cut)")
    }
    let single = events(of: bytes.indices.map { bytes[$0...$0] })
    #expect(single == whole, "byte by byte")
}
