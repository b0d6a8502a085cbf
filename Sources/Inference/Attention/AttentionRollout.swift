import Tensors

/// Attention rollout (Abnar and Zuidema, arXiv 2005.00928): how much of each input token is in each output token, when the layers do nothing
/// but mix tokens with their attention weights.
///
/// Layers are appended from the lowest up, and none is kept.
public struct AttentionRollout: Sendable {
    public let tokens: Int
    /// `[tokens, tokens]`, from output token to input token: the identity before the first layer. Rows sum to 1.
    public private(set) var values: [Float]
    private var isEmpty = true

    public init(tokens: Int) {
        precondition(tokens >= 0)
        self.tokens = tokens
        values = [Float](repeating: 0, count: tokens * tokens)
        for token in 0..<tokens { values[token * tokens + token] = 1 }
    }

    /// `values = A' · values`, with the layer's heads averaged and the residual connection added.
    public mutating func append(_ layer: AttentionLayer) {
        precondition(layer.tokens == tokens)
        let mixed = layer.withResidual()
        values = isEmpty ? mixed : MatrixProduct.multiply(mixed, values, rows: tokens, depth: tokens, columns: tokens)
        isEmpty = false
    }
}

extension AttentionLayer {
    /// `A' = A/2 + I/2`, rows normalised, of the heads' mean A: `[tokens, tokens]`. The identity stands for the residual connection.
    func withResidual() -> [Float] {
        var matrix = HeadReduction.mean.reduce(self)
        for row in 0..<tokens {
            // The weights of a row sum to 1, but for their rounding.
            var sum: Float = 1
            for index in row * tokens..<(row + 1) * tokens { sum += matrix[index] }
            let scale = 1 / sum
            matrix[row * tokens + row] += 1
            for index in row * tokens..<(row + 1) * tokens { matrix[index] *= scale }
        }
        return matrix
    }
}
