import HTTPTypes

/// Whether a response has content, by its status and the request's method.
struct ResponseContentRule {
    /// False for 1xx, 204 and 304, which end with their header section, whatever its fields say (RFC 9112 §6.3).
    let hasLength: Bool
    /// False for 205 too, whose length is zero (RFC 9110 §15.3.6).
    let hasContent: Bool
    /// False for HEAD too, whose answer states the length that GET would have (RFC 9110 §9.3.2).
    let sendsContent: Bool

    init(status: HTTPResponse.Status, method: HTTPRequest.Method) {
        hasLength = status.code >= 200 && status.code != 204 && status.code != 304
        hasContent = hasLength && status.code != 205
        sendsContent = hasContent && method != .head
    }
}

extension ServerResponse {
    /// The length that the handler states for a stream.
    var statedContentLength: Int? {
        headerFields[.contentLength].flatMap { Int($0) }.flatMap { $0 >= 0 ? $0 : nil }
    }
}
