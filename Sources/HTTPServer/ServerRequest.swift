public import HTTPTypes

/// A complete request, as a handler gets it.
public struct ServerRequest: Sendable {
    /// Method, target, authority and header fields. `head.path` is the target as it was sent, with its query.
    public var head: HTTPRequest
    /// The path without its query, percent-decoded.
    public var path: String
    /// What follows the `?` of the target, not decoded; nil where there is none.
    public var query: String?
    /// The path segments that the route's `{name}` parts matched.
    public var parameters: [String: String]
    /// The content, without transfer coding.
    public var body: [UInt8]
    /// The peer's address without its port, such as `192.0.2.1`.
    public var remoteAddress: String

    public init(
        head: HTTPRequest, path: String, query: String? = nil, parameters: [String: String] = [:], body: [UInt8] = [],
        remoteAddress: String = ""
    ) {
        self.head = head
        self.path = path
        self.query = query
        self.parameters = parameters
        self.body = body
        self.remoteAddress = remoteAddress
    }
}
