/// How much of a message the parser takes before it answers with an error.
public struct ParserLimits: Sendable, Equatable {
    /// Bytes of the request line without its CRLF; above it 414.
    public var requestLineBytes: Int
    /// Bytes of the header section, line ends included; above it 431. The trailer section has the same limit of its own.
    public var headerBytes: Int
    /// Field lines in the header section; above it 431.
    public var headerCount: Int
    /// Bytes of content after the transfer coding is removed; above it 413.
    public var bodyBytes: Int
    /// Bytes of one chunk-size line without its CRLF; above it 400.
    public var chunkLineBytes: Int
    /// Bytes of chunk extensions in a whole body; above it 400.
    public var chunkExtensionBytes: Int

    public init(
        requestLineBytes: Int = 8 * 1024, headerBytes: Int = 32 * 1024, headerCount: Int = 100,
        bodyBytes: Int = 8 * 1024 * 1024, chunkLineBytes: Int = 256, chunkExtensionBytes: Int = 16 * 1024
    ) {
        self.requestLineBytes = requestLineBytes
        self.headerBytes = headerBytes
        self.headerCount = headerCount
        self.bodyBytes = bodyBytes
        self.chunkLineBytes = chunkLineBytes
        self.chunkExtensionBytes = chunkExtensionBytes
    }
}
