import HTTPServer
import Inference
import Models

/// The answer of `/v1/attention` as JSON text, written one layer at a time: hundreds of megabytes of numbers never
/// stand in memory as text.
struct AttentionJSON: Sendable {
    private let result: AttentionResult
    private let numbers: NumberWriter

    /// - Parameter decimals: digits after the point; nil writes numbers that give back the same binary32.
    init(_ result: AttentionResult, decimals: Int?) {
        self.result = result
        numbers = NumberWriter(decimals: decimals)
    }

    /// Everything about one input but its weights.
    private struct Description: Encodable {
        var tokens: [String]
        var tokenIDs: [Int32]
        var offsets: [[Int]]
        var segments: [Int32]
        var layers: [Int]
        var heads: [Int]
        var shape: [Int]

        enum CodingKeys: String, CodingKey {
            case tokens, offsets, segments, layers, heads, shape
            case tokenIDs = "token_ids"
        }
    }

    /// Whether the whole answer is better sent at once than streamed.
    var isSmall: Bool { result.weights.reduce(0) { $0 + $1.values.count } <= 16 * 1024 }

    /// The whole answer. It runs off the event loop, like `write`.
    @concurrent func bytes() async throws -> [UInt8] {
        var text: [UInt8] = []
        try await write { text += $0 }
        return text
    }

    @concurrent func write(to writer: any ResponseBodyWriter) async throws {
        try await write { try await writer.write($0) }
    }

    private func write(_ send: ([UInt8]) async throws -> Void) async throws {
        var text = Array(#"{"model":"#.utf8)
        text += try JSONBytes.encode(result.model.name)
        text += Array(#","results":["#.utf8)
        for (index, weights) in result.weights.enumerated() {
            if index > 0 { text.append(UInt8(ascii: ",")) }
            var description = try JSONBytes.encode(description(index))
            description.removeLast()  // the closing brace: the weights are the last member
            text += description
            text += Array(#","attentions":["#.utf8)
            for layer in weights.selection.layers.indices {
                if layer > 0 { text.append(UInt8(ascii: ",")) }
                append(weights, layer: layer, to: &text)
                try await send(text)
                text.removeAll(keepingCapacity: true)
            }
            text += Array("]}".utf8)
        }
        text += Array(#"],"usage":"#.utf8)
        text += try JSONBytes.encode(Usage(tokens: result.tokenCount))
        text.append(UInt8(ascii: "}"))
        try await send(text)
    }

    private func description(_ index: Int) -> Description {
        let encoding = result.encodings[index], weights = result.weights[index]
        return Description(
            tokens: result.model.tokens(of: encoding), tokenIDs: encoding.ids,
            offsets: encoding.offsets.map { [$0.lowerBound, $0.upperBound] }, segments: encoding.typeIDs,
            layers: weights.selection.layers, heads: weights.selection.heads,
            shape: [weights.selection.layers.count, weights.selection.heads.count, weights.tokens, weights.tokens])
    }

    /// `[[[…]]]` of one layer: heads, queries, keys.
    private func append(_ weights: AttentionWeights, layer: Int, to text: inout [UInt8]) {
        let open = UInt8(ascii: "["), close = UInt8(ascii: "]"), comma = UInt8(ascii: ",")
        text.append(open)
        for head in weights.selection.heads.indices {
            if head > 0 { text.append(comma) }
            text.append(open)
            let matrix = weights.matrix(layer: layer, head: head)
            for query in 0..<weights.tokens {
                if query > 0 { text.append(comma) }
                text.append(open)
                let start = matrix.startIndex + query * weights.tokens
                numbers.append(matrix[start..<start + weights.tokens], to: &text)
                text.append(close)
            }
            text.append(close)
        }
        text.append(close)
    }
}
