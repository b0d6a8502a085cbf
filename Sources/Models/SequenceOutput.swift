/// What a forward pass answers for one sequence: only what it was asked for.
public struct SequenceOutput: Sendable {
    /// The head's output before any softmax: `[outputs]`, or `[tokens, outputs]` of a head that reads each token.
    public var logits: [Float]?
    /// The last layer's output, `[tokens, hiddenSize]`.
    public var hiddenStates: [Float]?
    /// One vector for the sequence.
    public var embedding: [Float]?
    public var attention: AttentionWeights?
    /// Where a part of the layers has ended.
    public var state: LayerState?

    public init(
        logits: [Float]? = nil, hiddenStates: [Float]? = nil, embedding: [Float]? = nil, attention: AttentionWeights? = nil,
        state: LayerState? = nil
    ) {
        self.logits = logits
        self.hiddenStates = hiddenStates
        self.embedding = embedding
        self.attention = attention
        self.state = state
    }
}
