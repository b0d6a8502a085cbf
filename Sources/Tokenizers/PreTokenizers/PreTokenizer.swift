/// A step that splits the normalized text into words, which no token crosses:
/// one type for each of tokenizer.json's `pre_tokenizer` types.
protocol PreTokenizer: Sendable {
    /// Appends the words in a range of the text, as byte ranges, none empty.
    func split(_ text: NormalizedText, _ range: Range<Int>, into words: inout [Range<Int>])
}

extension JSONFields {
    /// The pre-tokenizer that an object of tokenizer.json describes.
    func makePreTokenizer() throws(TokenizerError) -> any PreTokenizer {
        switch try string("type") {
        case "BertPreTokenizer": return BertPreTokenizer()
        case let type:
            throw .unsupported(file: file, component: "pre_tokenizer", type: type, supported: ["BertPreTokenizer"])
        }
    }
}
