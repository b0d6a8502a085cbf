/// Adds no tokens; trims offsets where it should.
struct ByteLevelPostProcessor: PostProcessor {
    let trimmer: OffsetTrimmer?

    init(_ fields: JSONFields) throws(TokenizerError) {
        trimmer = try OffsetTrimmer(fields)
    }

    var trimsOffsets: Bool { trimmer != nil }

    func addedTokenCount(isPair: Bool) -> Int { 0 }

    var largestTemplateID: Int32? { nil }

    func largestTypeID(isPair: Bool) -> Int32 { isPair ? 1 : 0 }

    func process(_ first: TokenSequence, pair second: TokenSequence?, addSpecialTokens: Bool) -> Encoding {
        guard let trimmer else { return NoPostProcessing().process(first, pair: second, addSpecialTokens: addSpecialTokens) }
        return NoPostProcessing().process(
            trimmer.trimmed(first), pair: second.map(trimmer.trimmed), addSpecialTokens: addSpecialTokens)
    }
}
