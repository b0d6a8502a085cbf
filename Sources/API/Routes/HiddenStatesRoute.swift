import HTTPServer
import HTTPTypes
import Inference

/// `POST /v1/hidden-states`
struct HiddenStatesRoute: Sendable {
    let engine: InferenceEngine
    let limits: RequestLimits

    struct Request {
        var model: String?
        var inputs: Inputs
        var layers: [Int]?
        var truncation: Bool
        var array: ArrayOptions

        init(_ fields: RequestFields, accept: String?) throws(APIError) {
            try fields.allow(only: ["model", "inputs", "layers", "format", "dtype", "decimals", "truncation"])
            model = try fields.string("model")
            inputs = try Inputs(fields)
            layers = try fields.selection("layers")
            truncation = try fields.bool("truncation") ?? true
            array = try ArrayOptions(fields, accept: accept)
            if array.file == .npy { try array.refuseSeveral(inputs.texts.count) }
        }
    }

    func answer(_ request: ServerRequest) async throws -> ServerResponse {
        let body = try Request(JSONRequest.fields(of: request), accept: request.head.headerFields[.accept])
        try limits.check(body.inputs)
        let result = try await engine.hiddenStates(
            body.inputs.texts, model: body.model, layers: body.layers, truncates: body.truncation)
        let answer = HiddenStatesAnswer(result), array = body.array
        if let file = array.file { return try ArrayFile.response(answer, file, array.element).timed(result.timings) }
        return try await JSONStream.response(isSmall: answer.isSmall, result.timings) { stream in
            var answer = answer
            return try await answer.write(to: &stream, NumberWriter(decimals: array.decimals))
        }
    }
}
