/// WordPiece: a word is cut, from its beginning, into the longest pieces that the vocabulary has. A word that cannot be cut so,
/// or that is too long, is one unknown token. (Schuster and Nakajima 2012; as in BERT, Devlin et al. 2018.)
struct WordPiece: TokenizerModel {
    private let vocabulary: Vocabulary
    private let unknownID: Int32
    /// In code points.
    private let maxInputCharsPerWord: Int
    /// What the vocabulary writes before pieces that do not begin a word.
    private let continuingSubwordPrefix: [UInt8]
    private let continuingHash: Vocabulary.HashState
    /// The bytes of the longest piece, the prefix not counted, at the beginning of a word and after it.
    private let maximumFirstByteCount: Int
    private let maximumContinuingByteCount: Int

    /// Nil where the vocabulary does not have `unkToken`.
    init?(vocabulary: Vocabulary, unkToken: String, continuingSubwordPrefix: String = "##", maxInputCharsPerWord: Int = 100) {
        guard let unknownID = vocabulary.id(for: [UInt8](unkToken.utf8)) else { return nil }
        self.vocabulary = vocabulary
        self.unknownID = unknownID
        self.maxInputCharsPerWord = maxInputCharsPerWord
        let prefix = [UInt8](continuingSubwordPrefix.utf8)
        self.continuingSubwordPrefix = prefix
        var hash = Vocabulary.HashState()
        for byte in prefix { hash.combine(byte) }
        continuingHash = hash
        maximumFirstByteCount = vocabulary.maximumByteCount(withPrefix: [])
        maximumContinuingByteCount = max(0, vocabulary.maximumByteCount(withPrefix: prefix) - prefix.count)
    }

    /// - Throws: `TokenizerError` where a field is missing or the vocabulary does not have the unknown token:
    ///   the reference would fail at the first unknown word.
    init(_ fields: JSONFields) throws(TokenizerError) {
        let unkToken = try fields.string("unk_token")
        let model = WordPiece(
            vocabulary: Vocabulary(try fields.vocabulary("vocab")), unkToken: unkToken,
            continuingSubwordPrefix: try fields.string("continuing_subword_prefix"),
            maxInputCharsPerWord: try fields.count("max_input_chars_per_word"))
        guard let model else {
            throw fields.invalid("unk_token", "\"\(unkToken)\" is not in the vocabulary")
        }
        self = model
    }

    var vocabularySize: Int { vocabulary.count }

    func id(for token: [UInt8]) -> Int32? { vocabulary.id(for: token) }

    func token(for id: Int32) -> String? { vocabulary.token(for: id) }

    func tokenize(_ text: NormalizedText, word: Range<Int>, into tokens: inout TokenSequence) {
        let tokensBefore = tokens.count
        if !isTooLong(text, word), appendPieces(text, word, to: &tokens) { return }
        tokens.truncate(to: tokensBefore)
        tokens.append(id: unknownID, offsets: text.originalRange(of: word))
    }

    private func isTooLong(_ text: NormalizedText, _ word: Range<Int>) -> Bool {
        guard word.count > maxInputCharsPerWord else { return false }
        let scalars = text.utf8[word].reduce(0) { $1.isUTF8Continuation ? $0 : $0 + 1 }
        return scalars > maxInputCharsPerWord
    }

    /// False where the rest of the word, from some point on, begins with no piece.
    private func appendPieces(_ text: NormalizedText, _ word: Range<Int>, to tokens: inout TokenSequence) -> Bool {
        let capacity = min(word.count, max(maximumFirstByteCount, maximumContinuingByteCount))
        return withUnsafeTemporaryAllocation(of: Vocabulary.HashState.self, capacity: capacity) { hashes in
            var position = word.lowerBound
            while position < word.upperBound {
                guard let piece = longestPiece(text.utf8, position, word, hashes) else { return false }
                tokens.append(id: piece.id, offsets: text.originalRange(of: position..<piece.end))
                position = piece.end
            }
            return true
        }
    }

    /// The longest piece from `position` on and its end. `hashes` is room for the hash of each prefix.
    private func longestPiece(
        _ utf8: [UInt8], _ position: Int, _ word: Range<Int>, _ hashes: UnsafeMutableBufferPointer<Vocabulary.HashState>
    ) -> (id: Int32, end: Int)? {
        let isFirst = position == word.lowerBound
        let prefix = isFirst ? [] : continuingSubwordPrefix
        var hash = isFirst ? Vocabulary.HashState() : continuingHash
        let limit = min(word.upperBound, position + (isFirst ? maximumFirstByteCount : maximumContinuingByteCount))
        for index in position..<limit {
            hash.combine(utf8[index])
            hashes.initializeElement(at: index - position, to: hash)
        }
        var end = limit
        while end > position {
            // No token ends inside a code point.
            if end == word.upperBound || !utf8[end].isUTF8Continuation,
                let id = vocabulary.id(for: hashes[end - position - 1], prefix: prefix, utf8, position..<end)
            {
                return (id, end)
            }
            end -= 1
        }
        return nil
    }
}
