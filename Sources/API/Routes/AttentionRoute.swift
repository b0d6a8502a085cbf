import HTTPServer
import HTTPTypes
import Inference

/// `POST /v1/attention`
struct AttentionRoute: Sendable {
    let engine: InferenceEngine
    let limits: RequestLimits

    func answer(_ request: ServerRequest) async throws -> ServerResponse {
        let body = try AttentionRequest(JSONRequest.fields(of: request), accept: request.head.headerFields[.accept])
        try limits.check(body.inputs)
        let result = try await engine.attention(
            body.inputs.texts, model: body.model, layers: body.layers, heads: body.heads, parts: body.parts,
            reduction: body.options.reduce, truncates: body.truncation)
        let answer = AttentionAnswer(result, body.options), array = body.array
        if let file = array.file { return try ArrayFile.response(answer, file, array.element).timed(result.timings) }
        return try await JSONStream.response(isSmall: AttentionJSON.isSmall(answer), result.timings) { stream in
            var json = AttentionJSON(answer, decimals: array.decimals)
            return try await json.write(to: &stream)
        }
    }
}
