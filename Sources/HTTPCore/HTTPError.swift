public import HTTPTypes

/// What a peer did wrong in the protocol, ready to be answered.
///
/// `code` is the stable, machine-readable name of the mistake; `message` says what was wrong and what would be right.
public struct HTTPError: Error, Equatable, Sendable {
    /// The status that answers the mistake.
    public var status: HTTPResponse.Status
    /// A stable snake_case name, such as `malformed_request`.
    public var code: String
    /// A sentence for the person who wrote the client.
    public var message: String

    public init(status: HTTPResponse.Status, code: String, message: String) {
        self.status = status
        self.code = code
        self.message = message
    }
}

extension HTTPError {
    /// 400: the bytes are not HTTP/1.1 (RFC 9110 §15.5.1).
    public static func malformedRequest(_ message: String) -> HTTPError {
        HTTPError(status: .badRequest, code: "malformed_request", message: message)
    }

    /// 408: the request did not arrive in time (RFC 9110 §15.5.9).
    public static func requestTimeout(_ message: String) -> HTTPError {
        HTTPError(status: .requestTimeout, code: "request_timeout", message: message)
    }

    /// 413: more content than `limit` bytes (RFC 9110 §15.5.14).
    public static func bodyTooLarge(limit: Int) -> HTTPError {
        HTTPError(
            status: .contentTooLarge, code: "body_too_large",
            message: "the request body is larger than the limit of \(limit) bytes; send fewer inputs in one request")
    }

    /// 414: a request line of more than `limit` bytes (RFC 9112 §3).
    public static func uriTooLong(limit: Int) -> HTTPError {
        HTTPError(
            status: .uriTooLong, code: "uri_too_long",
            message: "the request line is longer than the limit of \(limit) bytes; send long parameters in the body")
    }

    /// 417: an expectation other than `100-continue` (RFC 9110 §10.1.1).
    public static func expectationFailed(_ expectation: String) -> HTTPError {
        HTTPError(
            status: .expectationFailed, code: "expectation_failed",
            message: "the expectation \"\(expectation)\" cannot be met; the only one known is 100-continue")
    }

    /// 429: what all clients together may hold is full (RFC 6585 §4); `message` says what.
    public static func overloaded(_ message: String) -> HTTPError {
        HTTPError(status: .tooManyRequests, code: "overloaded", message: message)
    }

    /// 431: the header or trailer section exceeds a limit (RFC 6585 §5).
    public static func headerFieldsTooLarge(_ message: String) -> HTTPError {
        HTTPError(status: .requestHeaderFieldsTooLarge, code: "header_fields_too_large", message: message)
    }

    /// 501: a transfer coding that this server does not decode (RFC 9112 §6.1).
    public static func transferCodingNotImplemented(_ coding: String) -> HTTPError {
        HTTPError(
            status: .notImplemented, code: "transfer_coding_not_implemented",
            message: "the transfer coding \"\(coding)\" is not implemented; send Transfer-Encoding: chunked alone, or a Content-Length")
    }

    /// 505: a major version other than 1 (RFC 9110 §15.6.6).
    public static func versionNotSupported(_ version: String) -> HTTPError {
        HTTPError(
            status: .httpVersionNotSupported, code: "http_version_not_supported",
            message: "\(version) is not spoken here; use HTTP/1.1")
    }
}
