import HTTPTypes

/// Whether a response has content, by its status and the request's method (RFC 9110 §6.4.1, §8.6, §9.3.2).
struct ResponseContentRule {
    /// False for 1xx, 204 and 304, which have neither content nor a length.
    let hasContent: Bool
    /// False for HEAD too, which states the length that GET would have.
    let sendsContent: Bool

    init(status: HTTPResponse.Status, method: HTTPRequest.Method) {
        hasContent = status.code >= 200 && status.code != 204 && status.code != 304
        sendsContent = hasContent && method != .head
    }
}

extension ServerResponse {
    /// The length that the handler states for a stream.
    var statedContentLength: Int? {
        headerFields[.contentLength].flatMap { Int($0) }.flatMap { $0 >= 0 ? $0 : nil }
    }
}
