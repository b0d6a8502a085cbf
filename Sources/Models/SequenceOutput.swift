/// What a forward pass answers for one sequence: only what it was asked for.
public struct SequenceOutput: Sendable {
    /// The head's output before any softmax, `[labels]`.
    public var logits: [Float]?
    /// The last layer's output, `[tokens, hiddenSize]`.
    public var hiddenStates: [Float]?
    public var attention: AttentionWeights?

    public init(logits: [Float]? = nil, hiddenStates: [Float]? = nil, attention: AttentionWeights? = nil) {
        self.logits = logits
        self.hiddenStates = hiddenStates
        self.attention = attention
    }
}
