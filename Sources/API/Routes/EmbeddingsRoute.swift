import HTTPServer
import Inference

/// `POST /v1/embeddings`: OpenAI's, with fields of our own. What it does not know it ignores, as the original does.
struct EmbeddingsRoute: Sendable {
    let engine: InferenceEngine
    let limits: RequestLimits

    struct Request {
        var model: String?
        var input: EmbeddingInput
        var format: EmbeddingsJSON.Format
        var options = EmbeddingOptions()

        init(_ fields: RequestFields) throws(APIError) {
            try fields.refuseRepetition()
            model = try fields.string("model")
            input = try EmbeddingInput(fields)
            format = try fields.choice("encoding_format") ?? .float
            options.pooling = try fields.choice("pooling")
            options.normalizes = try fields.bool("normalize")
            options.dimensions = try fields.integer("dimensions")
            options.promptName = try fields.string("prompt_name")
            options.truncates = try fields.bool("truncation") ?? true
        }
    }

    func answer(_ request: ServerRequest) async throws -> ServerResponse {
        let body = try Request(JSONRequest.fields(of: request))
        try limits.check(body.input)
        let result: EmbeddingsResult
        do throws(InferenceError) {
            result = try await engine.embed(body.input.inputs, model: body.model, body.options)
        } catch {
            throw APIError.shown(error, body.input.field)
        }
        let json = EmbeddingsJSON(result: result, format: body.format)
        return try await JSONStream.response(isSmall: json.isSmall) { try await json.write(to: &$0) }.timed(result.timings)
    }
}
