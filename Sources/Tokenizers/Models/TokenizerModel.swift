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
    /// The model that an object of tokenizer.json describes.
    func makeModel() throws(TokenizerError) -> any TokenizerModel {
        switch try optionalString("type") ?? unstatedModelType {
        case "BPE": return try BPE(self)
        case "Unigram": return try Unigram(self)
        case "WordLevel": return try WordLevel(self)
        case "WordPiece": return try WordPiece(self)
        case let type:
            throw .unsupported(
                file: file, component: "model", type: type, supported: ["BPE", "Unigram", "WordLevel", "WordPiece"])
        }
    }

    /// What the fields of a model that does not state its type, as in old files, are those of.
    private var unstatedModelType: String {
        if self["merges"] != nil { return "BPE" }
        if self["max_input_chars_per_word"] != nil { return "WordPiece" }
        if self["vocab"]?.arrayValue != nil { return "Unigram" }
        return self["vocab"] != nil && self["unk_token"] != nil ? "WordLevel" : "unknown"
    }
}
