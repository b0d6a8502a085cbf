import HTTPServer
import HTTPTypes
import Logging

/// One line a request.
public struct AccessLog: Sendable {
    private let logger: Logger

    public init(logger: Logger) {
        self.logger = logger
    }

    public func record(_ record: AccessRecord) {
        var metadata: Logger.Metadata = [
            "remote": "\(record.remoteAddress)",
            "method": "\(record.method?.rawValue ?? "-")",
            "path": "\(record.path ?? "-")",
            "status": "\(record.status?.code ?? 0)",
            "request_bytes": "\(record.requestBytes)",
            "response_bytes": "\(record.responseBytes)",
            "duration_ms": "\(record.duration.millisecondsText)",
            "request_id": "\(record.responseHeaderFields[.requestID] ?? "-")",
        ]
        switch record.outcome {
        case .answered: break
        case .rejected(let error): metadata["error"] = "\(error.code)"
        case .clientLeft: metadata["outcome"] = "client left"
        case .aborted: metadata["outcome"] = "aborted"
        }
        logger.info("request", metadata: metadata)
    }
}
