import HTTPServer
import HTTPTypes
import Inference

/// The one table from the errors of every layer to what clients see of them.
extension APIError {
    /// - Parameter field: the inputs of the route that met it.
    init(_ error: InferenceError, _ field: InputField = InputField()) {
        let (status, code, param): (HTTPResponse.Status, String, String?) = switch error {
        case .modelNotFound, .noModelForTask: (.notFound, "model_not_found", "model")
        case .modelFailed: (.serviceUnavailable, "model_failed", "model")
        case .taskNotSupported: (.unprocessableContent, "task_not_supported", "model")
        case .inputTooLong(let input, _, _): (.unprocessableContent, "input_too_long", field.place(input))
        case .inputWithoutTokens(let input), .inputBeyondModel(let input, _):
            (.unprocessableContent, "invalid_field", field.place(input))
        case .tooManyTokens: (.contentTooLarge, "too_many_tokens", field.name)
        case .layerOutOfRange(let position, _, _): (.unprocessableContent, "invalid_field", "layers[\(position)]")
        case .headOutOfRange(let position, _, _): (.unprocessableContent, "invalid_field", "heads[\(position)]")
        case .repeatedSelection(let field, _): (.unprocessableContent, "invalid_field", field)
        case .attentionTooLarge, .flowTooLarge: (.contentTooLarge, "attention_too_large", field.name)
        case .occlusionTooLarge: (.contentTooLarge, "explanation_too_large", field.name)
        case .occlusionNotPossible: (.unprocessableContent, "invalid_field", "explain")
        case .poolingNotPossible: (.unprocessableContent, "invalid_field", "pooling")
        case .dimensionsOutOfRange: (.unprocessableContent, "invalid_field", "dimensions")
        case .promptNotFound, .promptBeforeTokens: (.unprocessableContent, "invalid_field", "prompt_name")
        case .embeddingsTooLarge: (.contentTooLarge, "embeddings_too_large", field.name)
        case .overloaded, .answerMemoryFull: (.tooManyRequests, "overloaded", nil)
        case .shuttingDown: (.serviceUnavailable, "draining", nil)
        case .cancelled: (.requestTimeout, "request_timeout", nil)
        case .notANumber: (.internalServerError, "internal", nil)
        }
        guard status != .internalServerError else {
            self = .internal
            return
        }
        self.init(
            status: status, code: code, message: error.description, param: param,
            headerFields: status == .tooManyRequests ? [.retryAfter: "1"] : [:])
    }

    /// What a route throws that has inputs of another name; what is internal stays itself, for the log.
    static func shown(_ error: InferenceError, _ field: InputField) -> any Error {
        let shown = APIError(error, field)
        return shown.status == .internalServerError ? error : shown
    }

    init(_ error: HTTPError) {
        self.init(
            status: error.status, code: error.code, message: error.message,
            headerFields: error.status == .tooManyRequests ? [.retryAfter: "1"] : [:])
    }

    /// 500 without a word of what happened: that is for the log.
    static let `internal` = APIError(
        status: .internalServerError, code: "internal", message: "something went wrong here; the log has more under this x-request-id")

    static func routeNotFound(_ path: String) -> APIError {
        APIError(status: .notFound, code: "route_not_found", message: "there is no route \(path); GET / lists those that exist")
    }

    static func methodNotAllowed(_ method: HTTPRequest.Method, allowed: [HTTPRequest.Method]) -> APIError {
        let names = allowed.map(\.rawValue).joined(separator: ", ")
        return APIError(
            status: .methodNotAllowed, code: "method_not_allowed", message: "\(method.rawValue) is not for this route; use \(names)",
            headerFields: [.allow: names])
    }

    static func deadlineExceeded(_ limit: Duration) -> APIError {
        APIError(
            status: .gatewayTimeout, code: "deadline_exceeded",
            message: "the answer was not ready within \(Int(limit / .milliseconds(1))) ms")
    }

    static func tooManyInputs(_ count: Int, maximum: Int, _ field: InputField) -> APIError {
        APIError(
            status: .contentTooLarge, code: "too_many_inputs",
            message: "\(count) inputs in one request are too many; send at most \(maximum)", param: field.name)
    }

    static func textTooLarge(_ bytes: Int, maximum: Int, _ field: InputField) -> APIError {
        APIError(
            status: .contentTooLarge, code: "text_too_large",
            message: "the texts are \(bytes) bytes in all; send at most \(maximum) in one request", param: field.name)
    }

    static func unsupportedMediaType(_ type: String) -> APIError {
        APIError(
            status: .unsupportedMediaType, code: "unsupported_media_type",
            message: "the body is declared as \(type), but only JSON is read; add the header 'Content-Type: application/json' (with curl: -H 'Content-Type: application/json', or --json instead of -d)")
    }

    /// - Parameter types: in which the answer can be had.
    static func notAcceptable(_ accept: String, among types: [String] = ["application/json"]) -> APIError {
        APIError(
            status: .notAcceptable, code: "not_acceptable",
            message: "the answer is \(types.joined(separator: " or ")), which 'Accept: \(accept.clipped)' leaves out")
    }
}
