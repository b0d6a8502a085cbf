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

        init(_ fields: RequestFields) throws(APIError) {
            try fields.allow(only: ["model", "inputs", "add_special_tokens"])
            model = try fields.string("model")
            inputs = try Inputs(fields)
            addSpecialTokens = try fields.bool("add_special_tokens") ?? true
        }
    }

    struct Response: Encodable {
        struct Tokens: Encodable {
            var tokens: [String]
            var tokenIDs: [Int32]
            var offsets: [[Int]]
            var segments: [Int32]
            var special: [Bool]

            enum CodingKeys: String, CodingKey {
                case tokens, offsets, segments, special
                case tokenIDs = "token_ids"
            }
        }
        var model: String
        var results: [Tokens]
    }

    func answer(_ request: ServerRequest) async throws -> ServerResponse {
        let body = try Request(JSONRequest.fields(of: request))
        try limits.check(body.inputs)
        let result = try await engine.tokenize(
            body.inputs.texts, model: body.model, addsSpecialTokens: body.addSpecialTokens)
        let results = result.encodings.map { encoding in
            Response.Tokens(
                tokens: result.model.tokens(of: encoding), tokenIDs: encoding.ids,
                offsets: encoding.offsets.map { [$0.lowerBound, $0.upperBound] }, segments: encoding.typeIDs,
                special: encoding.specialTokensMask)
        }
        return .json(Response(model: result.model.name, results: results))
    }
}
