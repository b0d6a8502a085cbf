import HTTPServer
import Inference

/// `POST /v1/tokenize`
struct TokenizeRoute: Sendable {
    let engine: InferenceEngine
    let limits: RequestLimits

    struct Request {
        var model: String?
        var inputs: Inputs
        var addSpecialTokens: Bool
        var truncation: Bool

        init(_ fields: RequestFields) throws(APIError) {
            try fields.allow(only: ["model", "inputs", "add_special_tokens", "truncation"])
            model = try fields.string("model")
            inputs = try Inputs(fields)
            addSpecialTokens = try fields.bool("add_special_tokens") ?? true
            // Unlike elsewhere: who asks for the tokens of a text wants to see them all.
            truncation = try fields.bool("truncation") ?? false
        }
    }

    func answer(_ request: ServerRequest) async throws -> ServerResponse {
        let body = try Request(JSONRequest.fields(of: request))
        try limits.check(body.inputs)
        let result = try await engine.tokenize(
            body.inputs.texts, model: body.model, addsSpecialTokens: body.addSpecialTokens, truncates: body.truncation)
        let json = TokensJSON(result: result)
        return try await JSONStream.response(isSmall: json.isSmall) { try await json.write(to: &$0) }.timed(result.timings)
    }
}
