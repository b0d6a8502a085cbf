import HTTPServer
import HTTPTypes
import Inference
import Logging

/// The HTTP API: the routes, and what is common to all of them.
public struct Application: Sendable {
    private let router: Router
    /// A body up to this is parsed on the event loop, in some tens of microseconds.
    private static let bytesReadOnTheLoop = 8 << 10

    /// - Parameter isDraining: whether the process has begun to shut down.
    public init(
        engine: InferenceEngine, limits: RequestLimits = RequestLimits(), logger: Logger,
        isDraining: @escaping @Sendable () -> Bool
    ) {
        let classify = ClassifyRoute(engine: engine, limits: limits)
        let attention = AttentionRoute(engine: engine, limits: limits)
        let tokenize = TokenizeRoute(engine: engine, limits: limits)
        let models = ModelRoutes(registry: engine.registry)
        let health = HealthRoutes(registry: engine.registry, isDraining: isDraining)
        var router = Router()
        var listed: [(method: String, path: String, purpose: String)] = []

        func add(_ method: HTTPRequest.Method, _ path: String, _ purpose: String, _ answer: @escaping Answer) {
            router.on(method, path) { await Self.answering($0, logger: logger, answer) }
            listed.append((method.rawValue, path, purpose))
        }
        func addTask(_ path: String, _ purpose: String, _ answer: @escaping Answer) {
            add(.post, path, purpose) { request in
                let limit = try Deadline.limit(for: request.head, server: limits.answerTime)
                let isShort = request.body.count <= Self.bytesReadOnTheLoop
                return try await Deadline.enforce(limit, here: isShort) { try await answer(request) }
            }
        }
        addTask("/v1/classify", "labels and scores for texts") { try await classify.answer($0) }
        addTask("/v1/attention", "what each token attends to, layer by layer and head by head") { try await attention.answer($0) }
        addTask("/v1/tokenize", "tokens, ids and offsets of texts") { try await tokenize.answer($0) }
        add(.get, "/v1/models", "the models of this server") { models.list($0) }
        add(.get, "/v1/models/{id}", "one of them") { try models.one($0) }
        add(.get, "/livez", "whether the process is alive") { health.live($0) }
        add(.get, "/readyz", "whether it takes requests") { try health.ready($0) }
        add(.get, "/healthz", "both") { try health.ready($0) }
        add(.get, "/version", "the version of this server") { health.version($0) }
        let index = IndexPage(registry: engine.registry, routes: listed)
        router.on(.get, "/") { index.answer($0) }
        self.router = router
    }

    private typealias Answer = @Sendable (ServerRequest) async throws -> ServerResponse

    /// Answers every request, with the request's id on the answer.
    public func respond(to request: ServerRequest) async -> ServerResponse {
        var request = request
        let id = RequestID.of(request.head) ?? RequestID.make()
        request.head.headerFields[.requestID] = id
        var response = await route(request)
        response.headerFields[.requestID] = id
        return response
    }

    private func route(_ request: ServerRequest) async -> ServerResponse {
        switch router.match(request.head.method, request.head.path ?? request.path) {
        case .notFound:
            return APIError.routeNotFound(request.path).response
        case .methodNotAllowed(let allowed):
            return APIError.methodNotAllowed(request.head.method, allowed: allowed).response
        case .handler(let handler, let parameters):
            var request = request
            request.parameters = parameters
            return await handler(request)
        }
    }

    /// How a request that broke the protocol is answered.
    public func respond(to error: HTTPError, _ request: HTTPRequest?) -> ServerResponse {
        var response = APIError(error).response
        response.headerFields[.requestID] = request.flatMap(RequestID.of) ?? RequestID.make()
        return response
    }

    /// Runs a route and turns what it throws into an answer.
    private static func answering(
        _ request: ServerRequest, logger: Logger, _ answer: Answer
    ) async -> ServerResponse {
        do {
            if let accept = request.head.headerFields[.accept], !Accept.allowsJSON(accept) {
                throw APIError.notAcceptable(accept)
            }
            return try await answer(request)
        } catch let error as APIError {
            return error.response
        } catch let error as InferenceError {
            let shown = APIError(error)
            if shown.status == .internalServerError { log(error, request, logger) }
            return shown.response
        } catch is CancellationError {
            return APIError(.cancelled).response
        } catch {
            log(error, request, logger)
            return APIError.internal.response
        }
    }

    private static func log(_ error: any Error, _ request: ServerRequest, _ logger: Logger) {
        logger.error("internal error", metadata: [
            "error": "\(error)", "path": "\(request.path)", "request_id": "\(request.head.headerFields[.requestID] ?? "")",
        ])
    }
}
