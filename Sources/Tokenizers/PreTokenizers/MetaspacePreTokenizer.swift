/// Writes spaces as a visible character, mostly `▁`, and splits before each of them, as SentencePiece does
/// (Kudo and Richardson 2018).
struct MetaspacePreTokenizer: PreTokenizer {
    /// Which words get a space in front that have none.
    private enum PrependScheme: String {
        case always
        /// Only the word at the very beginning of the text.
        case first
        case never
    }

    private let replacement: UInt32
    private let replacementBytes: [UInt8]
    private let prependScheme: PrependScheme
    private let splits: Bool

    /// - Throws: `TokenizerError.invalidField`, also where the old key `add_prefix_space` is false and `prepend_scheme`,
    ///   whose default is `always`, is not `never`: the reference takes that for a contradiction.
    init(_ fields: JSONFields) throws(TokenizerError) {
        let scalar = try fields.scalar("replacement")
        replacement = scalar.value
        replacementBytes = [UInt8](String(scalar).utf8)
        let scheme = fields["prepend_scheme"] == nil ? "always" : try fields.string("prepend_scheme")
        guard let prependScheme = PrependScheme(rawValue: scheme) else {
            throw fields.invalid("prepend_scheme", "expected \"always\", \"first\" or \"never\", found \"\(scheme)\"")
        }
        if try fields.optionalBool("add_prefix_space") == false, prependScheme != .never {
            throw fields.invalid(
                "add_prefix_space", "false, but prepend_scheme is \"\(scheme)\"; expected prepend_scheme to be \"never\"")
        }
        self.prependScheme = prependScheme
        splits = try fields.optionalBool("split") ?? true
    }

    var rewrites: Bool { true }

    func preTokenize(_ text: inout PreTokenizedText) {
        text.rewrite { text, word, output in
            if isPrefixWanted(text, word) { output.append(replacement, source: text.sources[word.lowerBound]) }
            for position in word {
                if text.utf8[position] == UInt8(ascii: " ") {
                    output.append(replacement, source: text.sources[position])
                } else {
                    output.append(byte: text.utf8[position], source: text.sources[position])
                }
            }
        }
        if splits { text.split(.mergedWithNext) { $0 == replacement } }
    }

    private func isPrefixWanted(_ text: NormalizedText, _ word: Range<Int>) -> Bool {
        switch prependScheme {
        case .never: return false
        case .first where text.originalRange(of: word).lowerBound > 0: return false
        case .always, .first:
            return text.utf8[word.lowerBound] != UInt8(ascii: " ") && !text.utf8[word].starts(with: replacementBytes)
        }
    }
}
