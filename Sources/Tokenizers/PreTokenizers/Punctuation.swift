/// Splits at punctuation: the characters around which BERT splits.
struct Punctuation: PreTokenizer {
    private let behavior: SplitBehavior

    init(_ fields: JSONFields) throws(TokenizerError) {
        behavior = fields["behavior"] == nil ? .isolated : try fields.splitBehavior("behavior")
    }

    func preTokenize(_ text: inout PreTokenizedText) {
        text.split(at: .punctuation, behavior)
    }
}
