/// GPT-2's pre-tokenizer: splits as its pattern does, and writes each byte as a character of `ByteAlphabet`
/// (Radford et al. 2019).
struct ByteLevelPreTokenizer: PreTokenizer {
    private let addPrefixSpace: Bool
    private let useRegex: Bool

    init(_ fields: JSONFields) throws(TokenizerError) {
        addPrefixSpace = try fields.bool("add_prefix_space")
        useRegex = fields["use_regex"] == nil ? true : try fields.bool("use_regex")
        _ = try fields.bool("trim_offsets")
    }

    var rewrites: Bool { true }

    func preTokenize(_ text: inout PreTokenizedText) {
        if addPrefixSpace {
            text.prepend(0x20) { text, word in text.utf8[word.lowerBound] != UInt8(ascii: " ") }
        }
        if useRegex {
            text.split { utf8, word, words in
                PatternScanner.gpt2.forEachMatch(in: utf8, word) { words.append($0) }
            }
        }
        let alphabet = ByteAlphabet.scalars
        text.rewrite { text, word, output in
            for position in word {
                output.append(alphabet[Int(text.utf8[position])], source: text.sources[position])
            }
        }
    }
}
