import HTTPServer
import HTTPTypes
import Inference

/// `POST /v1/attention`
struct AttentionRoute: Sendable {
    let engine: InferenceEngine
    let limits: RequestLimits

    struct Request {
        var model: String?
        var inputs: Inputs
        var layers: [Int]?
        var heads: [Int]?
        var decimals: Int?
        var truncation: Bool

        init(_ fields: RequestFields) throws(APIError) {
            try fields.allow(
                only: ["model", "inputs", "layers", "heads", "decimals", "truncation"],
                later: [
                    "reduce": .null, "top_k": .null, "queries_keys": .bool(false), "statistics": .bool(false),
                    "format": .string("json"), "dtype": .string("float32"),
                ])
            model = try fields.string("model")
            inputs = try Inputs(fields)
            layers = try Self.selection(fields, "layers")
            heads = try Self.selection(fields, "heads")
            decimals = try fields.integer("decimals")
            truncation = try fields.bool("truncation") ?? true
            if let decimals, !(0...9).contains(decimals) {
                throw .invalidField("decimals", "this must be 0 to 9; without it the numbers are exact")
            }
        }

        private static func selection(_ fields: RequestFields, _ name: String) throws(APIError) -> [Int]? {
            guard let numbers = try fields.integers(name) else { return nil }
            guard !numbers.isEmpty else { throw .invalidField(name, "the list is empty; leave it out for all") }
                return numbers
        }
    }

    func answer(_ request: ServerRequest) async throws -> ServerResponse {
        let body = try Request(JSONRequest.fields(of: request))
        try limits.check(body.inputs)
        let result = try await engine.attention(
            body.inputs.texts, model: body.model, layers: body.layers, heads: body.heads, truncates: body.truncation)
        let json = AttentionJSON(result, decimals: body.decimals)
        return try await JSONStream.response(isSmall: json.isSmall) { try await json.write(to: &$0) }.timed(result.timings)
    }
}
