import HTTPServer
import Inference
import Logging

/// The whole server: the application on sockets, with its access log and its way to shut down.
public final class Service: Sendable {
    private let engine: InferenceEngine
    private let server: HTTPServer
    /// Whether the process has begun to shut down.
    private let draining: Flag

    /// - Parameter logsAccess: one line a request, through `Logger(label: "access")`.
    public init(engine: InferenceEngine, limits: ServiceLimits = ServiceLimits(), logsAccess: Bool) {
        let draining = Flag()
        let application = Application(engine: engine, limits: limits.request, logger: Logger(label: "api")) { draining.isSet }
        let access = AccessLog(logger: Logger(label: "access"))
        let failures = Logger(label: "connections")
        self.engine = engine
        self.draining = draining
        var configuration = HTTPServerConfiguration(limits: limits.connection, handler: { application.respond(to: $0) })
        configuration.errorResponse = { application.respond(to: $0, $1) }
        if logsAccess { configuration.onAccess = { access.record($0) } }
        configuration.onFailure = { reason, remote in failures.info("connection failed", metadata: ["error": "\(reason)", "remote": "\(remote)"]) }
        server = HTTPServer(configuration: configuration)
    }

    /// Begins to answer; may be called for several addresses.
    /// - Parameter credentials: for TLS; nil for plain connections.
    /// - Returns: the URL that was bound, such as `http://127.0.0.1:8080`; for a socket of the file system `unix:` and its path.
    /// - Throws: an error whose description is one line for the person who started the server.
    public func listen(at address: ListenAddress, credentials: TLSCredentials? = nil) throws -> String {
        let bound = try server.listen(at: address, credentials: credentials)
        return bound.path == nil ? "\(credentials == nil ? "http" : "https")://\(bound)" : "\(bound)"
    }

    /// Fails readiness, takes no more connections, answers what is in flight, and stops the workers.
    public func drain(gracePeriod: Duration) async {
        draining.set()
        await server.drain(gracePeriod: gracePeriod)
        engine.shutDown()
    }
}
