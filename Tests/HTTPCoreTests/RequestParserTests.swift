import HTTPCore
import HTTPTypes
import Testing

@Suite("The request parser")
struct RequestParserTests {
    @Test("A head is given with its method, target, authority and fields in order")
    func headIsGiven() throws {
        let head = try #require(
            firstHead("POST /v1/classify?a=b HTTP/1.1\r\nHost: example.org:8080\r\nX-One: 1\r\ncontent-type:\t application/json \r\nX-One: 2\r\nContent-Length: 5\r\n\r\n"))
        #expect(head.request.method == .post)
        #expect(head.request.path == "/v1/classify?a=b")
        #expect(head.request.authority == "example.org:8080")
        #expect(head.request.scheme == "http")
        #expect(head.request.headerFields.map(\.name.canonicalName) == ["x-one", "content-type", "x-one", "content-length"])
        #expect(head.request.headerFields[.contentType] == "application/json")
        #expect(head.request.headerFields[values: HTTPField.Name("x-one")!] == ["1", "2"])
        #expect(head.framing == .length(5))
        #expect(head.version == .http11)
    }

    @Test("A body of known length is cut out of the stream, and the next message follows")
    func fixedBody() {
        let observed = events(post("Content-Length: 5", body: "hello") + get())
        #expect(observed.count == 5)
        #expect(observed[1] == .body(Array("hello".utf8)))
        #expect(observed[2] == .end)
    }

    @Test("Chunks are joined, extensions and trailers dropped")
    func chunkedBody() {
        let observed = events(chunked("3;x=y\r\nabc\r\nA\r\n0123456789\r\n0\r\nX-Smuggled: 1\r\nContent-Length: 7\r\n\r\n") + get())
        #expect(observed[1] == .body(Array("abc0123456789".utf8)))
        #expect(observed[2] == .end)
        guard case .head(let next) = observed[3] else {
            Issue.record("no second head")
            return
        }
        #expect(next.request.headerFields.isEmpty)
    }

    @Test("A body of length zero is no body, and expects nothing")
    func emptyBody() throws {
        let head = try #require(firstHead(post("Content-Length: 0", "Expect: 100-continue")))
        #expect(head.framing == .none)
        #expect(!head.expectsContinue)
    }

    @Test("A value that is not UTF-8 is kept byte for byte")
    func obsoleteText() {
        let bytes = Array("GET / HTTP/1.1\r\nHost: a\r\nX: ".utf8) + [0xFF, 0x80] + Array("\r\n\r\n".utf8)
        guard case .head(let head)? = events(bytes).first else {
            Issue.record("not accepted")
            return
        }
        #expect(head.request.headerFields.first?.withUnsafeBytesOfValue { Array($0) } == [0xFF, 0x80])
    }

    @Test("An error in the header section names the request, one in the request line cannot")
    func errorCarriesRequest() {
        var parser = RequestParser()
        var offset = 0
        let bytes = Array("PUT /x HTTP/1.1\r\nHost: a\r\nA: b\r\nbad\r\n".utf8)
        guard case .malformed(let error, let request) = parser.next(in: bytes.span, at: &offset) else {
            Issue.record("accepted")
            return
        }
        #expect(error.code == "malformed_request")
        #expect(request?.method == .put)
        #expect(request?.path == "/x")
        #expect(request?.headerFields.count == 1)
        // It stays broken.
        var next = 0
        #expect(parser.next(in: Array(get().utf8).span, at: &next) == .malformed(error, nil))
    }

    @Test("A parser inside a message says so; an empty line is none yet")
    func insideMessage() {
        var parser = RequestParser()
        #expect(!parser.isInsideMessage)
        for (text, inside) in [("\r\n", false), ("P", true), ("OST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n", true), ("a", true), ("b", false)] {
            var offset = 0
            let bytes = Array(text.utf8)
            while parser.next(in: bytes.span, at: &offset) != .needMore {}
            #expect(parser.isInsideMessage == inside, "after \(text)")
        }
    }
}

@Suite("The parser's limits")
struct ParserLimitTests {
    private let limits = ParserLimits(
        requestLineBytes: 40, headerBytes: 60, headerCount: 3, bodyBytes: 10, chunkLineBytes: 16, chunkExtensionBytes: 12)

    @Test("The request line may have its limit and no byte more")
    func requestLine() {
        let room = String(repeating: "a", count: 40 - "GET / HTTP/1.1".utf8.count)
        #expect(rejection("GET /\(room) HTTP/1.1\r\nHost: a\r\n\r\n", limits: limits) == nil)
        #expect(rejection("GET /\(room)a HTTP/1.1\r\nHost: a\r\n\r\n", limits: limits)?.status.code == 414)
    }

    @Test("A request line of 8000 bytes is taken without any setting (RFC 9112 §3)")
    func longRequestLine() {
        let bytes = Array("GET /\(String(repeating: "a", count: 8000 - "GET / HTTP/1.1".utf8.count)) HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
        #expect(events(of: [bytes[...]]).last == .end)
        #expect(events(of: bytes.indices.map { bytes[$0...$0] }).last == .end)
    }

    @Test("A request line without end is refused at its limit, not at its end")
    func endlessRequestLine() {
        #expect(rejection("GET /" + String(repeating: "a", count: 41 - 5), limits: limits) == nil)
        #expect(rejection("GET /" + String(repeating: "a", count: 42 - 5), limits: limits)?.code == "uri_too_long")
    }

    @Test("The header section may have its limit in bytes, all lines together")
    func headerBytes() {
        let host = "Host: a\r\n"
        let room = String(repeating: "x", count: 60 - host.utf8.count - "A: \r\n".utf8.count - 2)
        #expect(rejection("GET / HTTP/1.1\r\n\(host)A: \(room)\r\n\r\n", limits: limits) == nil)
        #expect(rejection("GET / HTTP/1.1\r\n\(host)A: \(room)xxx\r\n\r\n", limits: limits)?.status.code == 431)
    }

    @Test("The header section may have its limit in lines")
    func headerCount() {
        #expect(rejection(get("A: 1", "B: 2"), limits: limits) == nil)
        #expect(rejection(get("A: 1", "B: 2", "C: 3"), limits: limits)?.code == "header_fields_too_large")
    }

    @Test("A body above the limit is refused from its length alone")
    func bodyLength() {
        #expect(rejection(post("Content-Length: 10"), limits: limits) == nil)
        #expect(rejection(post("Content-Length: 11"), limits: limits)?.code == "body_too_large")
    }

    @Test("Chunks above the limit in sum are refused before their data comes")
    func chunkedBody() {
        #expect(rejection(chunked("5\r\nabcde\r\n5\r\nabcde\r\n0\r\n\r\n"), limits: limits) == nil)
        #expect(rejection(chunked("5\r\nabcde\r\n6\r\n"), limits: limits)?.status.code == 413)
    }

    @Test("Chunk-size lines and extensions are bounded")
    func chunkExtensions() {
        #expect(rejection(chunked("1;aaaaaaaaaaaaaaa"), limits: limits) == nil)
        #expect(rejection(chunked("1;aaaaaaaaaaaaaaaaaaa"), limits: limits)?.status.code == 400)
        #expect(rejection(chunked("1;aaaaa\r\na\r\n1;aaaaa\r\na\r\n0\r\n\r\n"), limits: limits) == nil)
        #expect(rejection(chunked("1;aaaaa\r\na\r\n1;aaaaaa\r\na\r\n"), limits: limits)?.status.code == 400)
    }

    @Test("Trailers are bounded in bytes and lines")
    func trailers() {
        #expect(rejection(chunked("0\r\nA: 1\r\nB: 2\r\nC: 3\r\n\r\n"), limits: limits) == nil)
        #expect(rejection(chunked("0\r\nA: 1\r\nB: 2\r\nC: 3\r\nD: 4\r\n\r\n"), limits: limits)?.status.code == 431)
        #expect(rejection(chunked("0\r\nA: " + String(repeating: "x", count: 80)), limits: limits)?.status.code == 431)
    }

    @Test("Many small pieces cost linear time")
    func linearTime() {
        // A quadratic parser would look at 8 GB here.
        let limits = ParserLimits(requestLineBytes: 200_000, headerBytes: 200_000)
        let text = "GET /" + String(repeating: "a", count: 130_000) + " HTTP/1.1\r\nHost: a\r\nX: " + String(repeating: "b", count: 130_000)
        let bytes = Array((text + "\r\n\r\n").utf8)
        let clock = ContinuousClock()
        let time = clock.measure { #expect(events(of: bytes.indices.map { bytes[$0...$0] }, limits: limits).last == .end) }
        #expect(time < .seconds(5))
    }
}
