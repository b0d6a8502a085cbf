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
            try fields.allow(only: ["model", "inputs", "layers", "heads", "decimals", "truncation"])
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
            guard Set(numbers).count == numbers.count else { throw .invalidField(name, "a number stands here twice") }
            return numbers
        }
    }

    func answer(_ request: ServerRequest) async throws -> ServerResponse {
        let body = try Request(JSONRequest.fields(of: request))
        try limits.check(body.inputs)
        let result = try await engine.attention(
            body.inputs.texts, model: body.model, layers: body.layers, heads: body.heads, truncates: body.truncation)
        let writer = AttentionJSON(result, decimals: body.decimals)
        let content: ResponseBody =
            writer.isSmall ? .bytes(try await writer.bytes()) : .stream { try await writer.write(to: $0) }
        let response = ServerResponse(status: .ok, headerFields: [.contentType: "application/json"], body: content)
        return response.timed(result.timings)
    }
}
