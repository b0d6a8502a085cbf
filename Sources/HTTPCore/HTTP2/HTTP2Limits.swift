/// How much an HTTP/2 connection takes from its client.
public struct HTTP2Limits: Sendable, Equatable {
    /// Streams that may be open together (SETTINGS_MAX_CONCURRENT_STREAMS).
    public var concurrentStreams: Int
    /// Bytes of a header list as RFC 9113 §6.5.2 counts them: names, values, and 32 for each field; above it 431.
    public var headerListBytes: Int
    /// Fields in a header section; above it 431.
    public var headerCount: Int
    /// CONTINUATION frames in a header section; above it the connection ends.
    public var continuationFrames: Int
    /// Bytes of content of a request; above it 413.
    public var bodyBytes: Int
    /// Bytes of request content that may be under way on a stream, and four times that on the connection (RFC 9113 §5.2).
    public var windowBytes: Int

    public init(
        concurrentStreams: Int = 100, headerListBytes: Int = 32 * 1024, headerCount: Int = 100, continuationFrames: Int = 8,
        bodyBytes: Int = 8 * 1024 * 1024, windowBytes: Int = 256 * 1024
    ) {
        self.concurrentStreams = concurrentStreams
        self.headerListBytes = headerListBytes
        self.headerCount = headerCount
        self.continuationFrames = continuationFrames
        self.bodyBytes = bodyBytes
        self.windowBytes = windowBytes
    }
}
