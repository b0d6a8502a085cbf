import HTTPServer
import HTTPTypes
import Inference

/// The one table from the errors of every layer to what clients see of them.
extension APIError {
    init(_ error: InferenceError) {
        switch error {
        case .modelNotFound(let name, let available):
            self.init(
                status: .notFound, code: "model_not_found",
                message: "there is no model '\(name)'; these exist: \(available.joined(separator: ", "))", param: "model")
        case .modelFailed(let name, let reason):
            self.init(
                status: .serviceUnavailable, code: "model_failed",
                message: "the model '\(name)' could not be loaded: \(reason)", param: "model")
        case .noModelForTask(let task):
            self.init(
                status: .notFound, code: "model_not_found", message: "no model is ready that does the task '\(task.rawValue)'",
                param: "model")
        case .taskNotSupported(let task, let model, let supported):
            self.init(
                status: .unprocessableContent, code: "task_not_supported",
                message: "the model '\(model)' does not do '\(task.rawValue)'; it does: \(supported.map(\.rawValue).joined(separator: ", "))",
                param: "model")
        case .inputTooLong(let input, let tokens, let maximum):
            self.init(
                status: .unprocessableContent, code: "input_too_long",
                message: "the text has \(tokens) tokens and the model takes \(maximum); send a shorter one, or leave \"truncation\" at true",
                param: "inputs[\(input)]")
        case .inputWithoutTokens(let input):
            self = .invalidField("inputs[\(input)]", "the text has no tokens; send one that has")
        case .inputBeyondModel(let input, let reason):
            self = .invalidField("inputs[\(input)]", reason)
        case .layerOutOfRange(let position, let layer, let count):
            self = .invalidField("layers[\(position)]", "there is no layer \(layer); this model has \(count), so 0 to \(count - 1), or -\(count) to -1 from the end")
        case .headOutOfRange(let position, let head, let count):
            self = .invalidField("heads[\(position)]", "there is no head \(head); this model has \(count), so 0 to \(count - 1), or -\(count) to -1 from the end")
        case .attentionTooLarge(let bytes, let maximum):
            self.init(
                status: .contentTooLarge, code: "attention_too_large",
                message: "these are \(bytes >> 20) MiB of weights and one answer may hold \(maximum >> 20); ask for fewer layers, heads or inputs",
                param: "inputs")
        case .overloaded:
            self.init(
                status: .tooManyRequests, code: "overloaded", message: "the queue is full; try again in a second",
                headerFields: [.retryAfter: "1"])
        case .shuttingDown:
            self.init(
                status: .serviceUnavailable, code: "draining", message: "the server is shutting down; send the request to another")
        case .cancelled:
            self.init(status: .requestTimeout, code: "request_timeout", message: "the client closed the connection")
        case .notANumber(let model):
            self = .internal
            message = "the model '\(model)' computed something that is not a number"
        }
    }

    init(_ error: HTTPError) {
        self.init(status: error.status, code: error.code, message: error.message)
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

    static func tooManyInputs(_ count: Int, maximum: Int) -> APIError {
        APIError(
            status: .contentTooLarge, code: "too_many_inputs",
            message: "\(count) inputs in one request are too many; send at most \(maximum)", param: "inputs")
    }

    static func unsupportedMediaType(_ type: String) -> APIError {
        APIError(
            status: .unsupportedMediaType, code: "unsupported_media_type",
            message: "the body is declared as \(type), but only JSON is read; add the header 'Content-Type: application/json' (with curl: -H 'Content-Type: application/json', or --json instead of -d)")
    }

    static func notAcceptable(_ accept: String) -> APIError {
        APIError(
            status: .notAcceptable, code: "not_acceptable",
            message: "the answer is application/json, which 'Accept: \(accept)' leaves out")
    }
}
