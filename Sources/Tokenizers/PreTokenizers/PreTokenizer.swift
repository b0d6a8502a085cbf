/// A step that splits the normalized text into words, which no token crosses, and may write them in another alphabet:
/// one type for each of tokenizer.json's `pre_tokenizer` types.
protocol PreTokenizer: Sendable {
    /// Splits each word by itself, as if it were the whole text.
    func preTokenize(_ text: inout PreTokenizedText)

    /// Whether a word may come out with other bytes than it went in.
    var rewrites: Bool { get }
}

extension PreTokenizer {
    var rewrites: Bool { false }
}

extension JSONFields {
    /// The pre-tokenizer that an object of tokenizer.json describes.
    func makePreTokenizer() throws(TokenizerError) -> any PreTokenizer {
        switch try string("type") {
        case "BertPreTokenizer": return BertPreTokenizer()
        case "ByteLevel": return try ByteLevelPreTokenizer(self)
        case "CharDelimiterSplit": return try CharDelimiterSplit(self)
        case "Digits": return try Digits(self)
        case "FixedLength": return try FixedLength(self)
        case "Metaspace": return try MetaspacePreTokenizer(self)
        case "Punctuation": return try Punctuation(self)
        case "Sequence": return try PreTokenizerSequence(self)
        case "Split": return try Split(self)
        case "UnicodeScripts": return UnicodeScripts()
        case "Whitespace": return Whitespace()
        case "WhitespaceSplit": return WhitespaceSplit()
        case let type:
            throw .unsupported(
                file: file, component: "pre_tokenizer", type: type,
                supported: [
                    "BertPreTokenizer", "ByteLevel", "CharDelimiterSplit", "Digits", "FixedLength", "Metaspace", "Punctuation",
                    "Sequence", "Split", "UnicodeScripts", "Whitespace", "WhitespaceSplit",
                ])
        }
    }

    /// A string of one code point.
    func scalar(_ name: String) throws(TokenizerError) -> Unicode.Scalar {
        let scalars = try string(name).unicodeScalars
        guard let scalar = scalars.first, scalars.count == 1 else {
            throw invalid(name, "expected one character, found \(scalars.count)")
        }
        return scalar
    }
}
