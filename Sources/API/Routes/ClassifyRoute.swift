import HTTPServer
import Inference
import OrderedJSON

/// `POST /v1/classify`
struct ClassifyRoute: Sendable {
    let engine: InferenceEngine
    let limits: RequestLimits

    struct Request {
        var model: String?
        var inputs: Inputs
        var topK: Int?
        var function: ScoreFunction?
        var truncation: Bool
        var explain: ExplanationMethod?

        init(_ fields: RequestFields) throws(APIError) {
            try fields.allow(only: ["model", "inputs", "top_k", "function_to_apply", "truncation", "explain"])
            model = try fields.string("model")
            inputs = try Inputs(fields)
            topK = try fields.integer("top_k")
            truncation = try fields.bool("truncation") ?? true
            if let topK, topK < 1 { throw .invalidField("top_k", "this must be 1 or more, or null for all labels") }
            function = try fields.choice("function_to_apply")
            explain = try Self.explain(fields)
        }

        /// `explain`: a method, or true for occlusion.
        private static func explain(_ fields: RequestFields) throws(APIError) -> ExplanationMethod? {
            switch fields.value("explain") {
            case nil, .null, .bool(false): return nil
            case .bool(true): return .occlusion
            case .string(let name):
                if let method = ExplanationMethod(rawValue: name) { return method }
            default: break
            }
            let names = ExplanationMethod.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
            throw .invalidField(fields.place("explain"), "this must be false, true, or one of \(names); true is 'occlusion'")
        }
    }

    struct Response: Encodable, Sendable {
        struct Prediction: Encodable, Sendable {
            var label: String
            var score: Float
        }
        var model: String
        var predictions: [[Prediction]]
        var usage: Usage
    }

    func answer(_ request: ServerRequest) async throws -> ServerResponse {
        let body = try Request(JSONRequest.fields(of: request))
        try limits.check(body.inputs)
        let result = try await engine.classify(
            body.inputs.texts, model: body.model, function: body.function, topK: body.topK, truncates: body.truncation,
            explain: body.explain)
        let response = Response(
            model: result.model,
            predictions: result.predictions.map { $0.map { .init(label: $0.label, score: $0.score) } },
            usage: Usage(tokens: result.tokenCount))
        guard let explained = result.explanations else { return ServerResponse.json(response).timed(result.timings) }
        let json = ExplanationsJSON(response, explained)
        return try await JSONStream.response(isSmall: json.isSmall) { try await json.write(to: &$0) }.timed(result.timings)
    }
}
