import HTTPServer
import Inference
import Logging
import Synchronization

/// The whole server: the application on sockets, with its access log and its way to shut down.
public final class Service: Sendable {
    private let engine: InferenceEngine
    private let server: HTTPServer
    private let draining: DrainFlag

    /// - Parameter logsAccess: one line a request, through `Logger(label: "access")`.
    public init(engine: InferenceEngine, limits: RequestLimits = RequestLimits(), logsAccess: Bool) {
        let draining = DrainFlag()
        let application = Application(engine: engine, limits: limits, logger: Logger(label: "api")) { draining.isSet }
        let access = AccessLog(logger: Logger(label: "access"))
        self.engine = engine
        self.draining = draining
        var configuration = HTTPServerConfiguration(handler: { await application.respond(to: $0) })
        configuration.errorResponse = { application.respond(to: $0, $1) }
        if logsAccess { configuration.onAccess = { access.record($0) } }
        server = HTTPServer(configuration: configuration)
    }

    /// Begins to answer.
    /// - Parameter port: 0 for any free one.
    /// - Returns: the address that was bound, such as `127.0.0.1:8080`.
    /// - Throws: an error whose description is one line for the person who started the server.
    public func listen(host: String, port: Int) throws -> String {
        try server.listen(host: host, port: port).description
    }

    /// Fails readiness, takes no more connections, answers what is in flight, and stops the workers.
    public func drain(gracePeriod: Duration) async {
        draining.set()
        await server.drain(gracePeriod: gracePeriod)
        engine.shutDown()
    }
}

/// Whether the process has begun to shut down.
private final class DrainFlag: Sendable {
    private let flag = Atomic(false)

    var isSet: Bool { flag.load(ordering: .relaxed) }
    func set() { flag.store(true, ordering: .relaxed) }
}
