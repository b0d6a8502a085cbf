/// A text, or two that the model reads together.
public struct TextInput: Sendable, Equatable {
    public var text: String
    public var textPair: String?

    /// Bytes of UTF-8, both texts together.
    public var byteCount: Int { text.utf8.count + (textPair?.utf8.count ?? 0) }

    /// An empty second text counts as none, as in transformers.
    public init(text: String, textPair: String? = nil) {
        self.text = text
        self.textPair = textPair?.isEmpty == true ? nil : textPair
    }
}
