public import HTTPCore
public import HTTPTypes

/// One request and how it ended, for the access log and the metrics.
public struct AccessRecord: Sendable {
    public enum Outcome: Sendable, Equatable {
        /// The whole response was handed to the connection.
        case answered
        /// The server refused the request for what it did wrong in the protocol.
        case rejected(HTTPError)
        /// The client left, or was cut off, before the whole response was there.
        case clientLeft
        /// The handler's stream threw in the middle of the response, or did not keep to its own Content-Length.
        case aborted
    }

    /// Nil where not even the request line was understood.
    public var method: HTTPRequest.Method?
    /// The target as sent, with its query; nil where not even the request line was understood.
    public var path: String?
    /// Nil where the client left before the response began.
    public var status: HTTPResponse.Status?
    /// Content bytes of the request, without transfer coding.
    public var requestBytes: Int
    /// Content bytes of the response that were handed to the connection.
    public var responseBytes: Int
    /// From the complete request to the end of the response; zero for protocol errors.
    public var duration: Duration
    public var remoteAddress: String
    /// The response's own fields, without those of the connection.
    public var responseHeaderFields: HTTPFields
    public var outcome: Outcome
}
