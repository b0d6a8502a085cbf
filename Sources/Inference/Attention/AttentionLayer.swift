/// The attention weights of one layer: those of some of its heads, `[heads, tokens, tokens]` from query to key, row after row.
public struct AttentionLayer: Sendable {
    public let weights: [Float]
    public let heads: Int
    public let tokens: Int

    public init(weights: [Float], heads: Int, tokens: Int) {
        precondition(heads >= 0 && tokens >= 0 && weights.count == heads * tokens * tokens, "\(weights.count) weights")
        self.weights = weights
        self.heads = heads
        self.tokens = tokens
    }

    /// Where the floats of a head begin.
    func start(ofHead head: Int) -> Int { head * tokens * tokens }
}
