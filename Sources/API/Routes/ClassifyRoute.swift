import HTTPServer
import Inference

/// `POST /v1/classify`
struct ClassifyRoute: Sendable {
    let engine: InferenceEngine
    let limits: RequestLimits

    struct Request: Decodable {
        var model: String?
        var inputs: Inputs
        var topK: Int?
        var function: ScoreFunction?
        var truncation: Bool

        enum Fields: String, RequestFields {
            case model, inputs, truncation
            case topK = "top_k"
            case functionToApply = "function_to_apply"
        }

        init(from decoder: any Decoder) throws {
            let fields = try decoder.fields(Fields.self)
            model = try fields.decodeIfPresent(String.self, forKey: .model)
            inputs = try fields.decode(Inputs.self, forKey: .inputs)
            topK = try fields.decodeIfPresent(Int.self, forKey: .topK)
            truncation = try fields.decodeIfPresent(Bool.self, forKey: .truncation) ?? true
            if let topK, topK < 1 {
                throw APIError.invalidField("top_k", "this must be 1 or more, or null for all labels")
            }
            if let name = try fields.decodeIfPresent(String.self, forKey: .functionToApply) {
                function = ScoreFunction(rawValue: name)
                guard function != nil else {
                    let known = ScoreFunction.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
                    throw APIError.invalidField("function_to_apply", "this must be one of \(known)")
                }
            }
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
        let body = try JSONRequest.decode(Request.self, from: request)
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
