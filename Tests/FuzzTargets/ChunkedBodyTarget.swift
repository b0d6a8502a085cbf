import HTTPCore

/// The body of a chunked request, and what follows it.
enum ChunkedBodyTarget {
    private static let head = Array("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n".utf8)

    /// However the bytes are cut, the parser says of them what the reference says.
    static func run(_ input: [UInt8]) throws(FuzzFinding) {
        let expected = ReferenceChunkedDecoder.decode(input, limits: HTTPRequestTarget.limits)
        for pieces in [[input], Pieces.cut(input), Pieces.single(input)] {
            let decoded = try decode(pieces)
            try check(decoded == expected, "the parser says \(decoded), the reference \(expected)")
        }
    }

    private static func decode(_ pieces: [[UInt8]]) throws(FuzzFinding) -> DecodedBody {
        var run = ParserRun(limits: HTTPRequestTarget.limits, stopsAtEnd: true)
        try run.feed(head)
        for piece in pieces { try run.feed(piece) }
        var decoded = DecodedBody(bytes: [], end: .incomplete)
        for event in run.events.dropFirst() {
            switch event {
            case .head: throw FuzzFinding(description: "a second head comes before the end of the body")
            case .body(let bytes): decoded.bytes += bytes
            case .end: decoded.end = .complete(at: run.consumed - head.count)
            case .malformed: decoded.end = .refused
            }
        }
        return decoded
    }
}
