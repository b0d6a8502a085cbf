import HTTPCore

/// A connection's bytes: requests one after the other.
enum HTTPRequestTarget {
    /// Small, so that short inputs reach each of them.
    static let limits = ParserLimits(
        requestLineBytes: 128, headerBytes: 384, headerCount: 8, bodyBytes: 256, chunkLineBytes: 48, chunkExtensionBytes: 96)

    /// However the bytes are cut, the parser says the same about them.
    static func run(_ input: [UInt8]) throws(FuzzFinding) {
        let whole = try events(of: [input])
        try check(try events(of: Pieces.cut(input)) == whole, "the events depend on how the bytes are cut")
        try check(try events(of: Pieces.single(input)) == whole, "the events are others when the bytes come one by one")
    }

    private static func events(of pieces: [[UInt8]]) throws(FuzzFinding) -> [ParserRun.Event] {
        var run = ParserRun(limits: limits)
        for piece in pieces { try run.feed(piece) }
        return run.events
    }
}
