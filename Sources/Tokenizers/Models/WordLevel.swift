/// Whole words: one that is not in the vocabulary is the unknown token.
struct WordLevel: TokenizerModel {
    private let vocabulary: Vocabulary
    private let unknownID: Int32

    /// - Throws: `TokenizerError` where a field is missing or the vocabulary does not have the unknown token:
    ///   the reference would fail at the first unknown word.
    init(_ fields: JSONFields) throws(TokenizerError) {
        let unkToken = try fields.string("unk_token")
        vocabulary = Vocabulary(try fields.vocabulary("vocab"))
        guard let id = vocabulary.id(for: [UInt8](unkToken.utf8)) else {
            throw fields.invalid("unk_token", "\"\(unkToken)\" is not in the vocabulary")
        }
        unknownID = id
    }

    var vocabularySize: Int { vocabulary.count }

    func id(for token: [UInt8]) -> Int32? { vocabulary.id(for: token) }

    func token(for id: Int32) -> String? { vocabulary.token(for: id) }

    func tokenize(_ text: NormalizedText, word: Range<Int>, into tokens: inout TokenSequence) {
        tokens.append(id: vocabulary.id(for: text.utf8, word) ?? unknownID, offsets: text.originalRange(of: word))
    }
}
