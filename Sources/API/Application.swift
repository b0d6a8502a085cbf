import HTTPServer
import HTTPTypes
import Inference
import Logging

/// The HTTP API: the routes, and what is common to all of them.
public struct Application: Sendable {
    private let router: Router
    private let logger: Logger
    /// A body up to this is parsed on the event loop, in some tens of microseconds.
    private static let bytesReadOnTheLoop = 8 << 10

    /// - Parameter isDraining: whether the process has begun to shut down.
    public init(
        engine: InferenceEngine, limits: RequestLimits = RequestLimits(), logger: Logger,
        isDraining: @escaping @Sendable () -> Bool
    ) {
        self.logger = logger
        let classify = ClassifyRoute(engine: engine, limits: limits)
        let embeddings = EmbeddingsRoute(engine: engine, limits: limits)
        let attention = AttentionRoute(engine: engine, limits: limits)
        let hiddenStates = HiddenStatesRoute(engine: engine, limits: limits)
        let tokenize = TokenizeRoute(engine: engine, limits: limits)
        let models = ModelRoutes(registry: engine.registry)
        let health = HealthRoutes(registry: engine.registry, isDraining: isDraining)
        var router = Router()

        func add(_ method: HTTPRequest.Method, _ path: String, answersArrays: Bool = false, _ route: Route) {
            router.on(method, path, answersArrays ? route : route.answeringJSON)
        }
        /// - Parameter answersArrays: whether the route looks itself at what the client accepts.
        func addTask(
            _ path: String, answersArrays: Bool = false, _ answer: @escaping @Sendable (ServerRequest) async throws -> ServerResponse
        ) {
            add(.post, path, answersArrays: answersArrays, .later { request in
                let limit = try Deadline.limit(for: request.head, server: limits.answerTime)
                let isShort = request.body.count <= Self.bytesReadOnTheLoop
                return try await Deadline.enforce(limit, here: isShort) { try await answer(request) }
            })
        }
        addTask("/v1/classify") { try await classify.answer($0) }
        addTask("/v1/embeddings") { try await embeddings.answer($0) }
        addTask("/v1/attention", answersArrays: true) { try await attention.answer($0) }
        addTask("/v1/hidden-states", answersArrays: true) { try await hiddenStates.answer($0) }
        addTask("/v1/tokenize") { try await tokenize.answer($0) }
        add(.get, "/v1/models", .now { models.list($0) })
        add(.get, "/v1/models/{id}", .now { try models.one($0) })
        add(.get, "/livez", .now { health.live($0) })
        add(.get, "/readyz", .now { try health.ready($0) })
        add(.get, "/healthz", .now { try health.ready($0) })
        add(.get, "/version", .now { health.version($0) })
        router.on(.get, "/", .now { try PageAssets.embedded.index($0) })
        router.on(.get, "/page/{file...}", .now { try PageAssets.embedded.file($0) })
        self.router = router
    }

    /// Answers every request, with the request's id on the answer.
    public func respond(to request: ServerRequest) -> Answer {
        let id = RequestID.of(request.head) ?? RequestID.make()
        switch router.match(request.head.method, request.head.path ?? request.path) {
        case .notFound:
            return .now(APIError.routeNotFound(request.path).response.identified(id))
        case .methodNotAllowed(let allowed):
            return .now(APIError.methodNotAllowed(request.head.method, allowed: allowed).response.identified(id))
        case .route(let route, let parameters):
            var request = request
            if !parameters.isEmpty { request.parameters = parameters }
            do {
                switch route {
                case .now(let answer): return .now(try answer(request).identified(id))
                case .later(let answer):
                    return .later { [request] in
                        do {
                            return try await answer(request).identified(id)
                        } catch {
                            return self.response(to: error, request, id)
                        }
                    }
                }
            } catch {
                return .now(response(to: error, request, id))
            }
        }
    }

    /// How a request that broke the protocol is answered.
    public func respond(to error: HTTPError, _ request: HTTPRequest?) -> ServerResponse {
        APIError(error).response.identified(request.flatMap(RequestID.of) ?? RequestID.make())
    }

    /// What a route throws, as an answer.
    private func response(to error: any Error, _ request: ServerRequest, _ id: String) -> ServerResponse {
        let shown: APIError =
            switch error {
            case let error as APIError: error
            case let error as InferenceError: APIError(error)
            case is CancellationError: APIError(.cancelled)
            default: .internal
            }
        if shown.status == .internalServerError {
            logger.error("internal error", metadata: ["error": "\(error)", "path": "\(request.path)", "request_id": "\(id)"])
        }
        return shown.response.identified(id)
    }
}

extension Route {
    /// The same for those alone who accept JSON.
    fileprivate var answeringJSON: Route {
        @Sendable func check(_ request: ServerRequest) throws(APIError) {
            guard let accept = request.head.headerFields[.accept], !Accept.allowsJSON(accept) else { return }
            throw .notAcceptable(accept)
        }
        switch self {
        case .now(let answer):
            return .now { request in
                try check(request)
                return try answer(request)
            }
        case .later(let answer):
            return .later { request in
                try check(request)
                return try await answer(request)
            }
        }
    }
}

extension ServerResponse {
    /// With the request's id.
    fileprivate func identified(_ id: String) -> ServerResponse {
        var response = self
        response.headerFields.append(.once(.requestID, id))
        return response
    }
}
