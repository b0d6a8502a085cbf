import FoundationEssentials
import HTTPServer
import HTTPTypes
import Inference
import Logging
import TestSupport

@testable import API

extension RequestLimits {
    /// A time to answer that no test meets by waiting for its turn on a busy machine; those who test it set it.
    static var patient: RequestLimits {
        var limits = RequestLimits()
        limits.answerTime = .seconds(600)
        return limits
    }
}

/// An application over small checkpoints, asked without a socket.
struct ApplicationFixture {
    let engine: InferenceEngine
    let application: Application

    /// - Parameters:
    ///   - models: folders of `Tests/Goldens/models`, in order; `broken` stands for one that failed to load.
    ///   - embeddings: folders of `Tests/Goldens/embeddings`, behind them.
    init(
        _ models: [String] = ["gelu-f32"], embeddings: [String] = [], limits: RequestLimits = .patient, answerMemory: Int = 1 << 30, workers: Int = 1,
        isDraining: @escaping @Sendable () -> Bool = { false }
    ) throws {
        var registry = ModelRegistry()
        for name in models {
            let state: ModelRegistry.State = name == "broken"
                ? .failed(ModelLoadError("model.safetensors: the file is empty"))
                : .ready(try ServedModel(name: name, directory: Repository.smallModel(name)))
            registry.add(name, state, created: 1_700_000_000)
        }
        for name in embeddings {
            registry.add(name, .ready(try ServedModel(name: name, directory: Repository.embeddingModel(name))), created: 1_700_000_000)
        }
        var settings = InferenceEngine.Settings(workers: workers, maximumBatchTokens: 512)
        settings.answerMemory = answerMemory
        engine = InferenceEngine(registry: registry, settings: settings)
        application = Application(
            engine: engine, limits: limits, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            isDraining: isDraining)
    }

    struct Answer {
        var status: Int
        var headerFields: HTTPFields
        var body: [UInt8]

        var text: String { String(decoding: body, as: UTF8.self) }

        func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
            try JSONDecoder().decode(type, from: Data(body))
        }

        /// The error's code, its param and its message.
        func error() throws -> (code: String, param: String?, message: String, type: String) {
            struct Body: Decodable {
                struct Content: Decodable {
                    var type, code, message: String
                    var param: String?
                }
                var error: Content
            }
            let error = try decode(Body.self).error
            return (error.code, error.param, error.message, error.type)
        }
    }

    func post(_ path: String, _ body: String, _ fields: HTTPFields = [.contentType: "application/json"]) async throws -> Answer {
        try await send(.post, path, Array(body.utf8), fields)
    }

    func get(_ path: String, _ fields: HTTPFields = [:]) async throws -> Answer {
        try await send(.get, path, [], fields)
    }

    func send(
        _ method: HTTPRequest.Method, _ path: String, _ body: [UInt8], _ fields: HTTPFields, authority: String = "localhost"
    ) async throws -> Answer {
        let head = HTTPRequest(method: method, scheme: "http", authority: authority, path: path, headerFields: fields)
        let response =
            switch application.respond(to: ServerRequest(head: head, path: path, body: body)) {
            case .now(let response): response
            case .later(let work): await work()
            }
        let collector = Collector()
        switch response.body {
        case .bytes(let bytes): await collector.write(bytes)
        case .stream(let write): try await write(collector)
        }
        return Answer(status: response.status.code, headerFields: response.headerFields, body: await collector.bytes)
    }

    private actor Collector: ResponseBodyWriter {
        var bytes: [UInt8] = []
        func write(_ more: [UInt8]) { bytes += more }
    }
}
