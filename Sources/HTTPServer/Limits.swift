import HTTPCore

/// Every bound the server sets to what a client may take, beside the threat it answers.
public struct Limits: Sendable, Equatable {
    /// Memory for an endless request line. Bytes; above it 414.
    public var requestLineBytes = 8 * 1024
    /// Memory for an endless header section. Bytes, line ends included; above it 431.
    public var headerBytes = 32 * 1024
    /// Time in look-ups over very many small fields. Lines; above it 431.
    public var headerCount = 100
    /// Memory for a large body. Bytes without transfer coding; above it 413.
    public var bodyBytes = 8 * 1024 * 1024
    /// Memory for large bodies on very many connections, each of which stays under `bodyBytes` and is perhaps never finished. Bytes without
    /// transfer coding of all requests that are read or not yet answered, on all connections; a body that does not fit is dropped with 429.
    public var bodyBytesInTotal = 256 * 1024 * 1024

    /// A client that opens a connection for TLS and keeps it without a word. From the connection to the first byte of HTTP; then a close.
    public var handshakeTimeout = Duration.seconds(10)
    /// A client that sends its header section drop by drop. From the connection to its first byte, then a close; and from the first byte of
    /// a connection or a request to the end of the header section, then 408.
    public var headerReadTimeout = Duration.seconds(10)
    /// A client that sends its body drop by drop. The time a body may take at least; then 408.
    public var bodyReadTimeout = Duration.seconds(30)
    /// Honest clients on slow lines, whom `bodyReadTimeout` alone would cut off: each received byte buys 1/`minimumBodyRate` seconds.
    public var minimumBodyRate = 16 * 1024
    /// Descriptors held by connections that nobody uses.
    public var idleTimeout = Duration.seconds(75)
    /// A client that asks for much and reads nothing. The time without a byte taken; then the connection is aborted.
    public var writeTimeout = Duration.seconds(60)
    /// A client that reads its answer drop by drop, and has it kept in memory meanwhile. Bytes a second: from the moment that bytes wait for
    /// the client until all of them are taken, `writeTimeout` and 1/`minimumWriteRate` seconds for each byte taken; then the connection is
    /// aborted. What was read fast earns no longer rest than `writeTimeout`.
    public var minimumWriteRate = 16 * 1024

    /// A request that every other bound lets live, a byte at a time. From its first byte until all of the response was handed to the
    /// connection; then the connection, or the stream of HTTP/2, is aborted.
    public var exchangeTimeout = Duration.seconds(900)

    /// Load that never leaves one process behind a balancer that balances connections. The last response says `Connection: close`.
    public var requestsPerConnection = 100_000
    /// Descriptors and memory. Above it new connections wait in the kernel's queue.
    public var connections = 10_000
    /// One client that takes all connections for itself. Connections of an IPv4 address or an IPv6 network of 64 bits; further ones are reset.
    /// Behind a proxy all of them come from one address, so set this to `connections` there. Sockets of the file system are not counted.
    public var connectionsPerPeer = 5_000
    /// Memory for requests sent ahead of their answers. Bytes read and not yet parsed; above it reading stops.
    public var pipelinedBytes = 64 * 1024

    /// Memory for answers nobody reads. Bytes not yet sent; above the high mark body writers are suspended and no further request is begun,
    /// below the low mark they go on.
    public var outboundHighWaterMark = 256 * 1024
    public var outboundLowWaterMark = 64 * 1024

    /// A reset that destroys the answer before the client has read it (RFC 9112 §9.6): after the last answer what still comes is read and
    /// dropped, this long and this much.
    public var lingerTimeout = Duration.seconds(5)
    public var lingerBytes = 1024 * 1024

    /// Work for a client that has gone without saying so: how often a connection that cannot be read is asked whether it still lives.
    public var livenessInterval = Duration.milliseconds(250)

    /// Many requests at once by one client. Streams of an HTTP/2 connection; those above are refused (RFC 9113 §5.1.2).
    public var concurrentStreams = 100
    /// A header section that never ends (CVE-2024-28182). CONTINUATION frames of one; above it the connection ends.
    public var continuationFrames = 8
    /// Requests that are begun and taken back at once, which no bound on concurrent streams holds. Unanswered streams that a client resets
    /// (CVE-2023-44487) or has us reset by breaking a rule (CVE-2025-8671): so many at once, and so many a second in the long run; above it the
    /// connection ends.
    public var streamResets = 200
    public var streamResetsPerSecond = 20
    /// Frames that cost the client nothing and the server time: empty DATA, PING, SETTINGS and the like (CVE-2019-9511 to 9518). So many at
    /// once, and so many a second in the long run; above it the connection ends. Nothing is read while so many frames wait to be sent.
    public var idleFrames = 1000
    public var idleFramesPerSecond = 100

    public init() {}

    var http2Limits: HTTP2Limits {
        HTTP2Limits(
            concurrentStreams: concurrentStreams, headerListBytes: headerBytes, headerCount: headerCount,
            continuationFrames: continuationFrames, bodyBytes: bodyBytes)
    }

    var parserLimits: ParserLimits {
        ParserLimits(
            requestLineBytes: requestLineBytes, headerBytes: headerBytes, headerCount: headerCount, bodyBytes: bodyBytes)
    }
}
