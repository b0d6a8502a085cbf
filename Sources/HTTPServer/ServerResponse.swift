public import HTTPTypes

/// What a handler answers.
public struct ServerResponse: Sendable {
    public var status: HTTPResponse.Status
    /// The handler's own fields. `Date`, `Connection` and the framing are the server's.
    ///
    /// A `Content-Length` here is read for one thing: a stream that states it is sent with that length instead of chunks.
    public var headerFields: HTTPFields
    public var body: ResponseBody

    public init(status: HTTPResponse.Status, headerFields: HTTPFields = HTTPFields(), body: ResponseBody = .bytes([])) {
        self.status = status
        self.headerFields = headerFields
        self.body = body
    }
}

/// The content of a response.
public enum ResponseBody: Sendable {
    case bytes([UInt8])
    /// Content that is written piece by piece: frames on HTTP/2, chunked on HTTP/1.1, until the close on HTTP/1.0.
    ///
    /// If the closure throws, the stream of HTTP/2 or the connection of HTTP/1 is aborted, so that the client cannot take the part it has for
    /// the whole. The closure is not run where no body is sent: HEAD, 204, 205 and 304.
    case stream(@Sendable (any ResponseBodyWriter) async throws -> Void)
}

/// Where a streamed body goes.
public protocol ResponseBodyWriter: Sendable {
    /// Sends `bytes`, suspending while more than the high-water mark of this response waits.
    ///
    /// - Throws: `ConnectionClosed` when the client has gone, or has taken the request back; `CancellationError` when the task was cancelled.
    func write(_ bytes: [UInt8]) async throws
}

/// The client has gone, or the connection was closed under the response.
public struct ConnectionClosed: Error, Equatable, Sendable {
    public init() {}
}

/// How a request is answered.
public enum Answer: Sendable {
    case now(ServerResponse)
    /// By a task of its own. It runs on the connection's event loop until it first suspends: long work belongs elsewhere.
    case later(@Sendable () async -> ServerResponse)
}

/// Begins to answer a request, on the connection's event loop.
public typealias Handler = @Sendable (ServerRequest) -> Answer
