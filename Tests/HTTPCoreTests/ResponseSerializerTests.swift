import HTTPCore
import HTTPTypes
import Testing

@Suite("The response serializer")
struct ResponseSerializerTests {
    private let date = Array("Sun, 06 Nov 1994 08:49:37 GMT".utf8)

    private func head(
        _ status: HTTPResponse.Status, _ fields: HTTPFields = HTTPFields(), _ framing: ResponseFraming = .length(0),
        _ connection: ConnectionOption = .unspecified
    ) -> String {
        var output: [UInt8] = []
        ResponseSerializer.appendHead(
            status: status, fields: fields, framing: framing, connection: connection, date: date, to: &output)
        return String(decoding: output, as: UTF8.self)
    }

    @Test("A head has status line, the handler's fields in order, date and length")
    func plainHead() {
        #expect(
            head(.ok, [.contentType: "text/plain", .server: "x"], .length(1205))
                == "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nServer: x\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Length: 1205\r\n\r\n")
    }

    @Test("A status made from its number gets its standard phrase, an unknown one none but its space (RFC 9112 §4)")
    func phrases() {
        #expect(head(429).hasPrefix("HTTP/1.1 429 Too Many Requests\r\n"))
        #expect(head(599).hasPrefix("HTTP/1.1 599 \r\n"))
        #expect(head(.init(code: 200, reasonPhrase: "Fine")).hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(head(.init(code: 404, reasonPhrase: "Gone fishing")).hasPrefix("HTTP/1.1 404 Gone fishing\r\n"))
    }

    @Test("Framing and connection are the server's alone")
    func reservedFields() {
        let fields: HTTPFields = [
            .contentLength: "99", .transferEncoding: "gzip", .connection: "upgrade", HTTPField.Name("Keep-Alive")!: "x",
            HTTPField.Name("Upgrade")!: "h2c", HTTPField.Name("Proxy-Connection")!: "close", .server: "y",
        ]
        let text = head(.ok, fields, .chunked, .close)
        #expect(
            text
                == "HTTP/1.1 200 OK\r\nServer: y\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n")
    }

    @Test("No length where there is no body (RFC 9110 §8.6), and keep-alive said to HTTP/1.0")
    func noBody() {
        let text = head(.noContent, HTTPFields(), .none, .keepAlive)
        #expect(text == "HTTP/1.1 204 No Content\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nConnection: keep-alive\r\n\r\n")
    }

    @Test("The handler's own date stays the only one")
    func ownDate() {
        #expect(head(.ok, [.date: "x"]) == "HTTP/1.1 200 OK\r\nDate: x\r\nContent-Length: 0\r\n\r\n")
    }

    @Test("A value cannot break out of its line")
    func injection() {
        #expect(!head(.ok, [.server: "a\r\nX: b"]).contains("\r\nX"))
        #expect(!head(.init(code: 404, reasonPhrase: "a\r\nX: b")).contains("\r\nX"))
    }

    @Test("A chunk has its size in hexadecimal", arguments: [(1, "1"), (15, "f"), (16, "10"), (255, "ff"), (4096, "1000"), (0xABCDE, "abcde")])
    func chunks(size: Int, text: String) {
        var output: [UInt8] = []
        ResponseSerializer.appendChunkHead(size, to: &output)
        #expect(output == Array("\(text)\r\n".utf8))
    }

    @Test(
        "A date is an IMF-fixdate (RFC 9110 §5.6.7)",
        arguments: [
            (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"), (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
            (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"), (951_868_800, "Wed, 01 Mar 2000 00:00:00 GMT"),
            (1_709_251_199, "Thu, 29 Feb 2024 23:59:59 GMT"), (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"),
            (1_798_761_599, "Thu, 31 Dec 2026 23:59:59 GMT"),
        ])
    func dates(seconds: Int, text: String) {
        #expect(String(decoding: HTTPDate.format(secondsSinceEpoch: seconds), as: UTF8.self) == text)
    }
}
