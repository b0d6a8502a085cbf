import HTTPTypes

/// The header fields of our own contract (docs/api.md).
extension HTTPField.Name {
    static let requestID = HTTPField.Name("x-request-id")!
    static let requestTimeout = HTTPField.Name("x-request-timeout-ms")!
    static let serverTiming = HTTPField.Name("server-timing")!
}
