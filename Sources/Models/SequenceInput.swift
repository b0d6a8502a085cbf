/// What one sequence asks of a forward pass.
public struct SequenceInput: Sendable {
    /// Token ids, special tokens included, each under the model's `vocabularySize`; at least one.
    public var ids: [Int32]
    /// Segment ids, as many, each under `typeVocabularySize`.
    public var typeIDs: [Int32]
    public var wantsLogits: Bool
    /// Whether the last layer's output is wanted, for every token.
    public var wantsHiddenStates = false
    public var attention: AttentionSelection?

    public init(ids: [Int32], typeIDs: [Int32], wantsLogits: Bool, wantsHiddenStates: Bool = false, attention: AttentionSelection? = nil) {
        self.ids = ids
        self.typeIDs = typeIDs
        self.wantsLogits = wantsLogits
        self.wantsHiddenStates = wantsHiddenStates
        self.attention = attention
    }
}
