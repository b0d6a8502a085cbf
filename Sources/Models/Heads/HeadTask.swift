/// What a head says about a sequence.
public enum HeadTask: String, Sendable, CaseIterable {
    /// `[labels]` for the sequence.
    case sequenceClassification = "sequence classification"
    /// `[tokens, labels]`.
    case tokenClassification = "token classification"
    /// `[tokens, 2]`: where an answer starts, where it ends.
    case questionAnswering = "question answering"
    /// `[tokens, vocabSize]`.
    case maskedLanguageModel = "masked language model"
    /// `[2]`: the second text follows the first, or does not (ALBERT: their order is right, or is not).
    case nextSentence = "next sentence"
    /// `[tokens, 1]`: positive where ELECTRA's discriminator takes the token for a replaced one.
    case replacedTokenDetection = "replaced token detection"
}

/// A head of a loaded model.
public struct HeadSummary: Sendable, Equatable {
    public var task: HeadTask
    /// Numbers that it gives for a sequence or for a token.
    public var outputs: Int
    /// The outputs' names, in their order, where it classifies.
    public var labels: SequenceClassificationLabels?
}
