import Inference
import Models

/// The answer of `/v1/attention`.
struct AttentionJSON: Sendable {
    private let result: AttentionResult
    private let numbers: NumberWriter

    /// - Parameter decimals: digits after the point; nil writes numbers that give back the same binary32.
    init(_ result: AttentionResult, decimals: Int?) {
        self.result = result
        numbers = NumberWriter(decimals: decimals)
    }

    var isSmall: Bool { result.weights.reduce(0) { $0 + $1.values.count } <= 16 * 1024 }

    func write(to stream: inout JSONStream) async throws {
        stream.raw(#"{"model":"#)
        try stream.value(result.model.name)
        stream.raw(#","results":["#)
        for (index, weights) in result.weights.enumerated() {
            stream.raw(index > 0 ? ",{" : "{")
            try await stream.members(of: result.encodings[index], result.model)
            stream.raw(#","layers":"#)
            try stream.value(weights.selection.layers)
            stream.raw(#","heads":"#)
            try stream.value(weights.selection.heads)
            stream.raw(#","shape":"#)
            try stream.value([weights.selection.layers.count, weights.selection.heads.count, weights.tokens, weights.tokens])
            stream.raw(#","attentions":["#)
            for layer in weights.selection.layers.indices {
                stream.raw(layer > 0 ? ",[" : "[")
                for head in weights.selection.heads.indices {
                    if head > 0 { stream.raw(",") }
                    try await write(weights.matrix(layer: layer, head: head), tokens: weights.tokens, to: &stream)
                }
                stream.raw("]")
            }
            stream.raw("]}")
        }
        stream.raw(#"],"usage":"#)
        try stream.value(Usage(tokens: result.tokenCount))
        stream.raw("}")
    }

    /// `[tokens, tokens]`, a row for each query.
    private func write(_ matrix: ArraySlice<Float>, tokens: Int, to stream: inout JSONStream) async throws {
        try await stream.array(0..<tokens) { query, text in
            let start = matrix.startIndex + query * tokens
            text.append(UInt8(ascii: "["))
            numbers.append(matrix[start..<start + tokens], to: &text)
            text.append(UInt8(ascii: "]"))
        }
    }
}
