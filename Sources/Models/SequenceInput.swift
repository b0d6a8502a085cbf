/// What one sequence asks of a forward pass.
public struct SequenceInput: Sendable {
    /// Token ids, special tokens included, each under the model's `vocabularySize`; at least one.
    public var ids: [Int32]
    /// Segment ids, as many, each under `typeVocabularySize` unless that is 0.
    public var typeIDs: [Int32]
    /// The languages of the tokens, as many, for an XLM with language embeddings; nil adds none, as in the reference.
    public var languageIDs: [Int32]?
    /// The head whose logits are wanted; nothing comes where the model has no such head.
    public var head: HeadTask?
    /// Whether the last layer's output is wanted, for every token.
    public var wantsHiddenStates: Bool
    public var embedding: EmbeddingRequest?
    public var attention: AttentionSelection?
    /// Nil for all layers; with a part, attention and the state are all that is answered.
    public var part: LayerPart?

    public init(
        ids: [Int32], typeIDs: [Int32], head: HeadTask? = nil, wantsHiddenStates: Bool = false, embedding: EmbeddingRequest? = nil,
        attention: AttentionSelection? = nil, part: LayerPart? = nil
    ) {
        self.ids = ids
        self.typeIDs = typeIDs
        self.head = head
        self.wantsHiddenStates = wantsHiddenStates
        self.embedding = embedding
        self.attention = attention
        self.part = part
    }
}
