/// Joins pieces to words, and puts spaces between the words.
struct WordPieceDecoder: Decoder {
    /// What the vocabulary writes before pieces that do not begin a word.
    private let prefix: [UInt8]
    private let cleanup: Bool

    init(prefix: String = "##", cleanup: Bool = true) {
        self.prefix = [UInt8](prefix.utf8)
        self.cleanup = cleanup
    }

    init(_ fields: JSONFields) throws(TokenizerError) {
        prefix = [UInt8](try fields.string("prefix").utf8)
        cleanup = try fields.bool("cleanup")
    }

    func decode(_ tokens: inout [[UInt8]]) {
        for index in tokens.indices {
            if index > 0 {
                if tokens[index].starts(with: prefix) {
                    tokens[index].removeFirst(prefix.count)
                } else {
                    tokens[index].insert(UInt8(ascii: " "), at: 0)
                }
            }
            if cleanup { tokens[index] = Self.cleanedUp(tokens[index]) }
        }
    }

    /// Takes away spaces that English does not write, within one token.
    static func cleanedUp(_ token: [UInt8]) -> [UInt8] {
        guard token.contains(UInt8(ascii: " ")) else { return token }
        return token.replacing(" .", with: ".").replacing(" ?", with: "?").replacing(" !", with: "!").replacing(" ,", with: ",")
            .replacing(" ' ", with: "'").replacing(" n't", with: "n't").replacing(" 'm", with: "'m")
            .replacing(" do not", with: " don't").replacing(" 's", with: "'s").replacing(" 've", with: "'ve")
            .replacing(" 're", with: "'re")
    }
}
