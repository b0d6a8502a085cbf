import HTTPServer

/// What an orchestrator asks: `/livez`, `/readyz`, `/healthz`, `/version`.
struct HealthRoutes: Sendable {
    /// Whether the process has begun to shut down.
    let isDraining: @Sendable () -> Bool

    struct Status: Encodable { var status: String }
    struct Version: Encodable { var name, version: String }

    /// The event loop turns, or nobody would read this.
    func live(_ request: ServerRequest) -> ServerResponse { .json(Status(status: "ok")) }

    /// Models are loaded before the first connection is accepted, so what is left to fail is draining.
    func ready(_ request: ServerRequest) throws(APIError) -> ServerResponse {
        guard !isDraining() else { throw APIError(.shuttingDown) }
        return .json(Status(status: "ok"))
    }

    func version(_ request: ServerRequest) -> ServerResponse {
        .json(Version(name: "attendant", version: BuildInformation.version))
    }
}

public enum BuildInformation {
    public static let version = "0.1.0"
}
