public import HTTPCore
public import HTTPTypes

/// What a server is made of.
public struct HTTPServerConfiguration: Sendable {
    public var limits: Limits
    /// Event loops, each with a serial queue; connections are spread over them. One alone would let a single costly turn hold up everybody.
    public var eventLoops: Int
    /// Answers every request.
    public var handler: Handler
    /// How a protocol error looks. The request is there as far as it was understood. A stream body is not sent.
    public var errorResponse: @Sendable (HTTPError, HTTPRequest?) -> ServerResponse
    /// Told of each request once, on the connection's event loop, when it is over: it must not block.
    public var onAccess: (@Sendable (AccessRecord) -> Void)?
    /// Told why a connection failed below HTTP, with the peer's address: a handshake that came to nothing, for example. It must not block.
    public var onFailure: (@Sendable (_ reason: String, _ remoteAddress: String) -> Void)?

    public init(
        limits: Limits = Limits(), eventLoops: Int = 2, handler: @escaping Handler,
        errorResponse: @escaping @Sendable (HTTPError, HTTPRequest?) -> ServerResponse = { error, _ in .plainText(error) },
        onAccess: (@Sendable (AccessRecord) -> Void)? = nil
    ) {
        self.limits = limits
        self.eventLoops = eventLoops
        self.handler = handler
        self.errorResponse = errorResponse
        self.onAccess = onAccess
    }
}

extension ServerResponse {
    /// A protocol error as a line of text.
    public static func plainText(_ error: HTTPError) -> ServerResponse {
        ServerResponse(
            status: error.status, headerFields: [.contentType: "text/plain; charset=utf-8"],
            body: .bytes(Array("\(error.message)\n".utf8)))
    }
}
