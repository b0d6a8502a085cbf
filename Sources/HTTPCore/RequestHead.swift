public import HTTPTypes

/// The versions of HTTP that the byte protocol of RFC 9112 has.
public enum HTTPVersion: Sendable, Equatable {
    case http10
    case http11
}

/// How the end of a request body is found (RFC 9112 §6.3).
public enum BodyFraming: Sendable, Equatable {
    case none
    /// `Content-Length`, in bytes; never zero.
    case length(Int)
    case chunked
}

/// A request's line and header section, and what they say about the message and its connection.
public struct RequestHead: Sendable, Equatable {
    /// `authority` comes from the target's absolute form or else from `Host`, which is not repeated in the fields.
    public var request: HTTPRequest
    public var version: HTTPVersion
    public var framing: BodyFraming
    /// Whether the client wants the connection kept after the response (RFC 9112 §9.3).
    public var keepAlive: Bool
    /// Whether the client waits for a 100 response before it sends the body (RFC 9110 §10.1.1).
    public var expectsContinue: Bool

    public init(request: HTTPRequest, version: HTTPVersion, framing: BodyFraming, keepAlive: Bool, expectsContinue: Bool) {
        self.request = request
        self.version = version
        self.framing = framing
        self.keepAlive = keepAlive
        self.expectsContinue = expectsContinue
    }
}
