import HTTPServer
import HTTPTypes
import Inference

/// `POST /v1/attention`
struct AttentionRoute: Sendable {
    let engine: InferenceEngine
    let limits: RequestLimits

    struct Request: Decodable {
        var model: String?
        var inputs: Inputs
        var layers: [Int]?
        var heads: [Int]?
        var decimals: Int?
        var truncation: Bool

        enum Fields: String, RequestFields {
            case model, inputs, layers, heads, decimals, truncation
        }

        init(from decoder: any Decoder) throws {
            let fields = try decoder.fields(Fields.self)
            model = try fields.decodeIfPresent(String.self, forKey: .model)
            inputs = try fields.decode(Inputs.self, forKey: .inputs)
            layers = try Self.selection(fields, .layers)
            heads = try Self.selection(fields, .heads)
            decimals = try fields.decodeIfPresent(Int.self, forKey: .decimals)
            truncation = try fields.decodeIfPresent(Bool.self, forKey: .truncation) ?? true
            if let decimals, !(0...9).contains(decimals) {
                throw APIError.invalidField("decimals", "this must be 0 to 9; without it the numbers are exact")
            }
        }

        private static func selection(_ fields: KeyedDecodingContainer<Fields>, _ field: Fields) throws -> [Int]? {
            guard let numbers = try fields.decodeIfPresent([Int].self, forKey: field) else { return nil }
            guard !numbers.isEmpty else {
                throw APIError.invalidField(field.stringValue, "the list is empty; leave it out for all")
            }
            guard Set(numbers).count == numbers.count else {
                throw APIError.invalidField(field.stringValue, "a number stands here twice")
            }
            return numbers
        }
    }

    func answer(_ request: ServerRequest) async throws -> ServerResponse {
        let body = try JSONRequest.decode(Request.self, from: request)
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
