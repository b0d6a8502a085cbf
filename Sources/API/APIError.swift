import FoundationEssentials
import HTTPServer
import HTTPTypes

/// An error as clients see it: `{"error": {"type", "code", "message", "param"}}` under a status.
struct APIError: Error, Equatable, Sendable {
    var status: HTTPResponse.Status
    /// A stable snake_case name.
    var code: String
    /// What is wrong, and what would be right.
    var message: String
    /// Where in the request's body, such as `inputs[3].text`.
    var param: String?
    var headerFields: HTTPFields = [:]

    /// The family of the error, for clients that only care who has to act.
    var type: String {
        switch status.code {
        case 404: "not_found_error"
        case 408, 504: "timeout_error"
        case 429: "overloaded_error"
        case 400..<500: "invalid_request_error"
        default: "server_error"
        }
    }

    /// 422: the field is there, but its value can't be meant.
    static func invalidField(_ param: String?, _ message: String) -> APIError {
        APIError(status: .unprocessableContent, code: "invalid_field", message: message, param: param)
    }

    /// 400: the body is not JSON.
    static func malformedJSON(_ message: String) -> APIError {
        APIError(status: .badRequest, code: "malformed_json", message: message)
    }

    var response: ServerResponse {
        struct Body: Encodable {
            struct Content: Encodable {
                var type, code, message: String
                var param: String?

                func encode(to encoder: any Encoder) throws {
                    var container = encoder.container(keyedBy: CodingKeys.self)
                    try container.encode(type, forKey: .type)
                    try container.encode(code, forKey: .code)
                    try container.encode(message, forKey: .message)
                    try container.encode(param, forKey: .param)  // null where there is none
                }

                enum CodingKeys: String, CodingKey { case type, code, message, param }
            }
            var error: Content
        }
        let body = Body(error: .init(type: type, code: code, message: message, param: param))
        var response = ServerResponse.json(body, status: status)
        for field in headerFields { response.headerFields[field.name] = field.value }
        return response
    }
}
