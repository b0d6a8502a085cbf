/// Splits at the matches of a pattern.
struct Split: PreTokenizer {
    private enum Pattern {
        /// One of the patterns that most tokenizers have, by hand.
        case scanner(PatternScanner)
        case literal(LiteralPattern)
        case expression(RegularExpression)
    }

    private let pattern: Pattern
    private let behavior: SplitBehavior
    /// The matches are the words, what lies between is the delimiters.
    private let invert: Bool

    /// - Throws: `TokenizerError.invalidField`, also for a regular expression that is none.
    init(_ fields: JSONFields) throws(TokenizerError) {
        pattern = try Self.pattern(try fields.fields("pattern"))
        behavior = try fields.splitBehavior("behavior")
        invert = try fields.bool("invert")
    }

    private static func pattern(_ fields: JSONFields) throws(TokenizerError) -> Pattern {
        if fields["String"] != nil { return .literal(LiteralPattern(try fields.string("String"))) }
        guard fields["Regex"] != nil else {
            throw fields.invalid("String", "missing; expected a string here or as Regex")
        }
        let expression = try fields.string("Regex")
        if let scanner = PatternScanner(expression) { return .scanner(scanner) }
        do throws(RegularExpressionError) {
            return .expression(try RegularExpression(expression))
        } catch {
            throw fields.invalid("Regex", "\(error)")
        }
    }

    func preTokenize(_ text: inout PreTokenizedText) {
        text.split { utf8, word, words in
            var matches: [Range<Int>] = []
            switch pattern {
            case .scanner(let scanner): scanner.forEachMatch(in: utf8, word) { matches.append($0) }
            case .literal(let literal): matches = literal.matches(in: utf8, word)
            case .expression(let expression): matches = expression.matches(in: utf8, word)
            }
            behavior.split(word, at: matches, invert: invert, into: &words)
        }
    }
}
