import HTTPCore
import Testing

/// A place in a message, and the bytes that are allowed there.
struct Place: Sendable, CustomTestStringConvertible {
    var section: String
    var name: String
    var before: String
    var after: String
    var allowed: Set<UInt8>

    var testDescription: String { "\(section): \(name)" }

    private static let alphanumeric = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
    private static let token = Set((alphanumeric + "!#$%&'*+-.^_`|~").utf8)
    /// SP, HTAB, VCHAR and obs-text.
    private static let text = Set<UInt8>(0x20...0x7E).union([0x09]).union(0x80...0xFF)

    static let all = [
        Place(section: "RFC 9112 §3.1", name: "method", before: "G", after: "T / HTTP/1.1\r\nHost: a\r\n\r\n", allowed: token),
        // More than the grammar of RFC 3986 has: honest clients send braces, quotes and bars as they are, and no reader takes them for an end.
        Place(
            section: "RFC 9112 §3.2", name: "path", before: "GET /a", after: "b HTTP/1.1\r\nHost: a\r\n\r\n",
            allowed: Set<UInt8>(0x21...0x7E).subtracting("#".utf8)),
        Place(
            section: "RFC 9112 §2.3", name: "minor version", before: "GET / HTTP/1.", after: "\r\nHost: a\r\n\r\n",
            allowed: Set("0123456789".utf8)),
        Place(
            section: "RFC 9110 §7.2", name: "host", before: "GET / HTTP/1.1\r\nHost: a", after: "b\r\n\r\n",
            allowed: Set((alphanumeric + "-._~!$&'()*+,;=").utf8)),
        Place(
            section: "RFC 9110 §7.2", name: "port", before: "GET / HTTP/1.1\r\nHost: a:8", after: "0\r\n\r\n",
            allowed: Set("0123456789".utf8)),
        Place(section: "RFC 9110 §5.1", name: "field name", before: "GET / HTTP/1.1\r\nHost: a\r\nX", after: "Y: a\r\n\r\n", allowed: token.union(":".utf8)),
        Place(section: "RFC 9110 §5.5", name: "field value", before: "GET / HTTP/1.1\r\nHost: a\r\nX: a", after: "b\r\n\r\n", allowed: text),
        Place(
            section: "RFC 9110 §8.6", name: "length", before: "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0", after: "0\r\n\r\n",
            allowed: Set("0".utf8)),
        Place(
            section: "RFC 9112 §6.1", name: "before chunked", before: "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:",
            after: "chunked\r\n\r\n0\r\n\r\n", allowed: Set(" \t,".utf8)),
        Place(
            section: "RFC 9112 §6.1", name: "behind chunked", before: "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked",
            after: "\r\n\r\n0\r\n\r\n", allowed: Set(" \t,".utf8)),
        Place(section: "RFC 9112 §7.1", name: "chunk size", before: chunked("0"), after: "0\r\n\r\n", allowed: Set("0;".utf8)),
        Place(section: "RFC 9112 §7.1.1", name: "extension", before: chunked("0;a"), after: "b\r\n\r\n", allowed: token.union(";=".utf8)),
        Place(
            section: "RFC 9112 §7.1.1", name: "extension's value", before: chunked("0;a=b"), after: "c\r\n\r\n",
            allowed: token.union(";".utf8)),
        Place(
            section: "RFC 9110 §5.6.4", name: "quoted extension", before: chunked("0;a=\"b"), after: "c\"\r\n\r\n",
            allowed: text.subtracting("\"".utf8)),
        Place(section: "RFC 9110 §5.6.4", name: "quoted pair", before: chunked("0;a=\"\\"), after: "c\"\r\n\r\n", allowed: text),
        Place(section: "RFC 9112 §7.1.2", name: "trailer's name", before: chunked("0\r\nX"), after: "Y: a\r\n\r\n", allowed: token.union(":".utf8)),
        Place(section: "RFC 9112 §7.1.2", name: "trailer's value", before: chunked("0\r\nX: a"), after: "b\r\n\r\n", allowed: text),
    ]
}

@Test("Of all bytes in a place, those that are allowed there are accepted, cut around them and byte by byte", arguments: Place.all)
func everyByteInItsPlace(place: Place) {
    var accepted: Set<UInt8> = []
    for byte in UInt8.min...UInt8.max {
        let before = Array(place.before.utf8)
        let observed = events(before + [byte] + Array(place.after.utf8), cuts: before.count...(before.count + 2))
        if observed.last == .end { accepted.insert(byte) }
    }
    #expect(accepted.subtracting(place.allowed).sorted() == [], "accepted though not allowed")
    #expect(place.allowed.subtracting(accepted).sorted() == [], "refused though allowed")
}
