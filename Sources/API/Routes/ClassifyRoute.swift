import HTTPServer
import Inference

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

        init(_ fields: RequestFields) throws(APIError) {
            try fields.allow(
                only: ["model", "inputs", "top_k", "function_to_apply", "truncation"], later: ["explain": .bool(false)])
            model = try fields.string("model")
            inputs = try Inputs(fields)
            topK = try fields.integer("top_k")
            truncation = try fields.bool("truncation") ?? true
            if let topK, topK < 1 { throw .invalidField("top_k", "this must be 1 or more, or null for all labels") }
            function = try fields.choice("function_to_apply")
        }
    }

    struct Response: Encodable {
        struct Prediction: Encodable {
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
            body.inputs.texts, model: body.model, function: body.function, topK: body.topK, truncates: body.truncation)
        let response = Response(
            model: result.model,
            predictions: result.predictions.map { $0.map { .init(label: $0.label, score: $0.score) } },
            usage: Usage(tokens: result.tokenCount))
        return ServerResponse.json(response).timed(result.timings)
    }
}
