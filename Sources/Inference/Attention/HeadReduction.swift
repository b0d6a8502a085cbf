/// How the heads of a layer become one matrix.
public enum HeadReduction: String, Sendable, CaseIterable {
    /// Of each weight over the heads. Rows that sum to 1 still do.
    case mean
    /// The largest of each weight over the heads. Rows sum to 1 or more.
    case maximum = "max"

    /// `[heads, tokens, tokens]` to `[tokens, tokens]`. There is at least one head.
    public func reduce(_ layer: AttentionLayer) -> [Float] {
        precondition(layer.heads > 0, "nothing to reduce")
        let size = layer.tokens * layer.tokens
        var reduced = Array(layer.weights[0..<size])
        for head in 1..<max(layer.heads, 1) {
            let matrix = layer.weights[layer.start(ofHead: head)..<layer.start(ofHead: head) + size]
            switch self {
            case .mean: combine(&reduced, matrix) { $0 + $1 }
            case .maximum: combine(&reduced, matrix) { $1 > $0 ? $1 : $0 }
            }
        }
        if self == .mean {
            let share = 1 / Float(layer.heads)
            for index in reduced.indices { reduced[index] *= share }
        }
        return reduced
    }

    @inline(__always)
    private func combine(_ reduced: inout [Float], _ matrix: ArraySlice<Float>, _ operation: (Float, Float) -> Float) {
        var target = reduced.mutableSpan
        let source = matrix.span
        for index in 0..<source.count { target[index] = operation(target[index], source[index]) }
    }
}
