/// A token found in the text before the model sees it: special tokens and words added after training.
/// The fields are those of `added_tokens` in tokenizer.json.
public struct AddedToken: Sendable, Equatable {
    public var content: String
    /// Matches only where no word character stands directly before or behind.
    public var singleWord: Bool
    /// Takes the whitespace before it along.
    public var lstrip: Bool
    /// Takes the whitespace behind it along.
    public var rstrip: Bool
    /// Is normalized itself, and looked for in the normalized text.
    public var normalized: Bool
    /// Is dropped when ids are decoded to text that a person reads.
    public var special: Bool

    public init(
        content: String, singleWord: Bool = false, lstrip: Bool = false, rstrip: Bool = false, normalized: Bool = true,
        special: Bool = false
    ) {
        self.content = content
        self.singleWord = singleWord
        self.lstrip = lstrip
        self.rstrip = rstrip
        self.normalized = normalized
        self.special = special
    }

    /// A special token with the flags that transformers gives to one that is only named.
    public init(special content: String) {
        self.init(content: content, normalized: false, special: true)
    }
}
