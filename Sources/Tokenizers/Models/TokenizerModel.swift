/// The model that cuts words into tokens: one type for each of tokenizer.json's `model` types.
protocol TokenizerModel: Sendable {
    /// The number of different tokens.
    var vocabularySize: Int { get }

    /// Appends the tokens of a word: a range of bytes, not empty, of the text.
    func tokenize(_ text: NormalizedText, word: Range<Int>, into tokens: inout TokenSequence)

    /// The id of a token given as UTF-8.
    func id(for token: [UInt8]) -> Int32?

    func token(for id: Int32) -> String?
}

extension JSONFields {
    /// The model that an object of tokenizer.json describes. Old files do not say its type;
    /// of those models only WordPiece has `max_input_chars_per_word`.
    func makeModel() throws(TokenizerError) -> any TokenizerModel {
        let type = try optionalString("type") ?? (self["max_input_chars_per_word"] != nil ? "WordPiece" : "unknown")
        switch type {
        case "WordPiece": return try WordPiece(self)
        default: throw .unsupported(file: file, component: "model", type: type, supported: ["WordPiece"])
        }
    }
}
