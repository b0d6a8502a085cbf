public import HTTPTypes

/// What happened on an HTTP/2 connection. Streams are named by their identifiers (RFC 9113 §5.1.1).
public enum HTTP2Event: Sendable, Equatable {
    /// A request's header section is complete.
    case head(HTTP2RequestHead, stream: Int32)
    /// A request that can be answered, but not be read as one.
    case malformed(HTTPError, HTTPRequest, stream: Int32)
    /// Content of a request.
    case data([UInt8], stream: Int32)
    /// The request is complete.
    case end(stream: Int32)
    /// The stream is over, in whichever way; before its response is, the client has reset it, or broken a rule that resets it.
    case closed(stream: Int32)
    /// The client has answered our PING (RFC 9113 §6.7).
    case pingAcknowledged
}

/// A request's header section in HTTP/2 (RFC 9113 §8.3.1).
public struct HTTP2RequestHead: Sendable, Equatable {
    public var request: HTTPRequest
    /// The stated length of the content in bytes; zero where none follows, nil where its end will show.
    public var contentLength: Int?
    /// Whether the client waits for a 100 response before it sends the body (RFC 9110 §10.1.1).
    public var expectsContinue: Bool
}
