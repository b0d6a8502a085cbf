/// What one sequence asks of a forward pass.
public struct SequenceInput: Sendable {
    /// Token ids, special tokens included, each under the model's `vocabularySize`; at least one.
    public var ids: [Int32]
    /// Segment ids, as many, each under `typeVocabularySize`.
    public var typeIDs: [Int32]
    public var wantsLogits: Bool
    public var attention: AttentionSelection?

    public init(ids: [Int32], typeIDs: [Int32], wantsLogits: Bool, attention: AttentionSelection? = nil) {
        self.ids = ids
        self.typeIDs = typeIDs
        self.wantsLogits = wantsLogits
        self.attention = attention
    }
}

/// What a forward pass answers for one sequence: only what it was asked for.
public struct SequenceOutput: Sendable {
    /// The head's output before any softmax, `[labels]`.
    public var logits: [Float]?
    public var attention: AttentionWeights?

    public init(logits: [Float]? = nil, attention: AttentionWeights? = nil) {
        self.logits = logits
        self.attention = attention
    }
}

/// Sequences one after the other, without padding: token t of sequence s is row `starts[s] + t`.
public struct PackedBatch: Sendable {
    public let sequences: [SequenceInput]
    /// Cumulative lengths, one more than there are sequences: the rows of sequence s are `starts[s]..<starts[s + 1]`.
    public let starts: [Int]

    public init(_ sequences: [SequenceInput]) {
        precondition(sequences.allSatisfy { !$0.ids.isEmpty && $0.ids.count == $0.typeIDs.count })
        self.sequences = sequences
        starts = sequences.reduce(into: [0]) { $0.append($0.last! + $1.ids.count) }
    }

    public var tokenCount: Int { starts.last! }

    func rows(of sequence: Int) -> Range<Int> { starts[sequence]..<starts[sequence + 1] }
}
