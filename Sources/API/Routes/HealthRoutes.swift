import HTTPServer
import Inference

/// What an orchestrator asks: `/livez`, `/readyz`, `/healthz`, `/version`.
struct HealthRoutes: Sendable {
    let registry: ModelRegistry
    /// Whether the process has begun to shut down.
    let isDraining: @Sendable () -> Bool

    struct Status: Encodable { var status: String }
    struct Version: Encodable { var name, version: String }

    /// Encoded once: balancers ask often.
    private static let ok = ServerResponse.json(Status(status: "ok"))

    /// The event loop turns, or nobody would read this.
    func live(_ request: ServerRequest) -> ServerResponse { Self.ok }

    /// Models are loaded before the first connection is accepted, so what can fail is that none could be, or draining. One
    /// of several that failed does not count: it is listed as such, and the others serve.
    func ready(_ request: ServerRequest) throws(APIError) -> ServerResponse {
        guard !isDraining() else { throw APIError(.shuttingDown) }
        guard registry.hasReadyModel else {
            throw APIError(status: .serviceUnavailable, code: "model_failed", message: "no model could be loaded; /v1/models says why")
        }
        return Self.ok
    }

    func version(_ request: ServerRequest) -> ServerResponse {
        .json(Version(name: "attendant", version: BuildInformation.version))
    }
}
