import Tokenizers

/// How a classification is traced back to the words of its text; the names are those of the API.
public enum ExplanationMethod: String, Sendable, CaseIterable {
    /// What the label's logit loses when a word is hidden (Zeiler and Fergus 2014; Li, Monroe and Jurafsky 2016).
    case occlusion
    /// How attention flows from the first token down to the words (Abnar and Zuidema 2020).
    case rollout
}

/// What the words and the tokens of a text have to do with the label of its highest score.
public struct Explanation: Sendable {
    public struct Token: Sendable, Equatable {
        /// Of the token in `encoding`.
        public var position: Int
        public var contribution: Float
    }

    public struct Word: Sendable, Equatable {
        public var word: EncodedWord
        public var contribution: Float
    }

    /// Whether the words' contributions make up the whole.
    public struct Completeness: Sendable, Equatable {
        public var isComplete: Bool
        /// Of the words' contributions.
        public var sum: Float
        /// The logit of the text as it is, less that of the text with every word hidden.
        public var difference: Float
    }

    public var label: LabelScore
    public var method: ExplanationMethod
    public var encoding: Encoding
    /// All but the special tokens that the template added, by rising position.
    public var tokens: [Token]
    /// In the order in which they stand in `encoding`.
    public var words: [Word]
    /// Nil where contributions do not add up to anything: those of the rollout.
    public var completeness: Completeness?
}
