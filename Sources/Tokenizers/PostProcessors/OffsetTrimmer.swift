/// Takes the whitespace at the ends of tokens out of their offsets, as byte-level tokenizers do, whose words begin with a space.
struct OffsetTrimmer: Sendable {
    /// A single space before the first token may be the one that the pre-tokenizer added, and stays.
    let addPrefixSpace: Bool

    func trimmed(_ tokens: TokenSequence) -> TokenSequence {
        var tokens = tokens
        for (index, spaces) in tokens.spaces.enumerated() where spaces.leading > 0 || spaces.trailing > 0 {
            var (lower, upper) = (tokens[index].offsets.lowerBound, tokens[index].offsets.upperBound)
            let isFirst = index == 0 || lower == 0
            if !(isFirst && addPrefixSpace && spaces.leading == 1) { lower = min(lower + Int(spaces.leading), upper) }
            if upper >= Int(spaces.trailing) { upper = max(upper - Int(spaces.trailing), lower) }
            tokens[index].offsets = lower..<upper
        }
        return tokens
    }

    /// The trimmer of a post-processor that may have one.
    init?(_ fields: JSONFields) throws(TokenizerError) {
        let trimOffsets = try fields.bool("trim_offsets")
        addPrefixSpace = try fields.bool("add_prefix_space")
        if !trimOffsets { return nil }
    }
}
