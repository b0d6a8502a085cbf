/// Connectionist temporal classification (Graves et al. 2006): a token that repeats counts once, padding separates.
struct CTCDecoder: Decoder {
    private let padToken: [UInt8]
    private let wordDelimiterToken: [UInt8]
    private let cleanup: Bool

    init(_ fields: JSONFields) throws(TokenizerError) {
        padToken = [UInt8](try fields.string("pad_token").utf8)
        wordDelimiterToken = [UInt8](try fields.string("word_delimiter_token").utf8)
        cleanup = try fields.bool("cleanup")
    }

    func decode(_ tokens: inout [[UInt8]]) {
        var result: [[UInt8]] = []
        for index in tokens.indices where index == 0 || tokens[index] != tokens[index - 1] {
            var token = tokens[index].replacing(utf8: padToken, with: [])
            if cleanup {
                token = WordPieceDecoder.cleanedUp(token).replacing(utf8: wordDelimiterToken, with: [UInt8(ascii: " ")])
            }
            if !token.isEmpty { result.append(token) }
        }
        tokens = result
    }
}
