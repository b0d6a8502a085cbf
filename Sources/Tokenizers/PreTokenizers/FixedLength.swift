/// Splits after every so many code points.
struct FixedLength: PreTokenizer {
    private let length: Int

    init(_ fields: JSONFields) throws(TokenizerError) {
        length = fields["length"] == nil ? 5 : try fields.count("length")
        guard length > 0 else { throw fields.invalid("length", "expected a number of characters, at least 1") }
    }

    func preTokenize(_ text: inout PreTokenizedText) {
        text.split { utf8, word, words in
            var wordStart = word.lowerBound
            var remaining = length
            var position = word.lowerBound
            while position < word.upperBound, let scalar = utf8.scalar(at: position) {
                if remaining == 0 {
                    words.append(wordStart..<position)
                    wordStart = position
                    remaining = length
                }
                remaining -= 1
                position += scalar.width
            }
            words.append(wordStart..<position)
        }
    }
}
