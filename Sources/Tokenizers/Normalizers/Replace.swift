/// Replaces what a string or a regular expression matches by a string.
struct Replace: Normalizer {
    private let pattern: RegularExpression
    private let content: [UInt8]
    let growth: Double

    init(_ fields: JSONFields) throws(TokenizerError) {
        pattern = try fields.pattern("pattern")
        content = [UInt8](try fields.string("content").utf8)
        let literal = try fields.fields("pattern")["String"]?.stringValue
        growth = TextGrowth.replacing(literal?.utf8.count, by: content.count)
    }

    func normalize(_ text: inout NormalizedText) {
        // The reference's find no match in an empty text, not even an empty one.
        if text.isEmpty { return }
        let matches = pattern.matches(in: text.utf8)
        if matches.isEmpty { return }
        var output = NormalizedText(minimumCapacity: text.utf8.count + matches.count * content.count)
        var end = 0
        for match in matches {
            output.append(text, end..<match.lowerBound)
            end = match.upperBound
            // The source of what stands before the end of the match, be it in the match or not.
            output.append(contentsOf: content, source: end > 0 ? text.sources[end - 1] : text.sourceBeforeAll)
        }
        output.append(text, end..<text.utf8.count)
        text.update(to: output)
    }
}

extension JSONFields {
    /// A pattern as tokenizer.json writes it: `{"String": …}` or `{"Regex": …}`.
    func pattern(_ name: String) throws(TokenizerError) -> RegularExpression {
        let fields = try fields(name)
        do throws(RegularExpressionError) {
            if let literal = fields["String"]?.stringValue { return try RegularExpression(literal: literal) }
            if let pattern = fields["Regex"]?.stringValue { return try RegularExpression(pattern) }
        } catch {
            throw invalid(name, error.description)
        }
        throw invalid(name, "expected {\"String\": …} or {\"Regex\": …}")
    }
}
