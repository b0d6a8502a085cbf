import HTTPTypes

/// The header fields of our own contract (docs/api.md).
extension HTTPField.Name {
    static let requestID = HTTPField.Name("x-request-id")!
    static let requestTimeout = HTTPField.Name("x-request-timeout-ms")!
    static let serverTiming = HTTPField.Name("server-timing")!
}

extension HTTPField.Name {
    /// https://www.w3.org/TR/referrer-policy/
    static let referrerPolicy = HTTPField.Name("referrer-policy")!
}

extension HTTPField {
    /// A field whose value no other message will have; HTTP/2 need not remember it.
    static func once(_ name: Name, _ value: String) -> HTTPField {
        var field = HTTPField(name: name, value: value)
        field.indexingStrategy = .avoid
        return field
    }
}
