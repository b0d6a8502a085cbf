/// `<s> A </s>`, or `<s> A </s></s> B </s>`, all of it segment 0 (Liu et al. 2019).
struct RobertaProcessing: PostProcessor {
    private let separatorID: Int32
    private let classifierID: Int32
    private let trimmer: OffsetTrimmer?

    init(_ fields: JSONFields) throws(TokenizerError) {
        separatorID = try fields.tokenAndID("sep")
        classifierID = try fields.tokenAndID("cls")
        trimmer = try OffsetTrimmer(fields)
    }

    var trimsOffsets: Bool { trimmer != nil }

    func addedTokenCount(isPair: Bool) -> Int { isPair ? 4 : 2 }

    var largestTemplateID: Int32? { max(separatorID, classifierID) }

    func largestTypeID(isPair: Bool) -> Int32 { 0 }

    func process(_ first: TokenSequence, pair second: TokenSequence?, addSpecialTokens: Bool) -> Encoding {
        var encoding = Encoding()
        encoding.reserveCapacity(first.count + (second?.count ?? 0) + 4)
        if addSpecialTokens { encoding.append(specialToken: classifierID, typeID: 0) }
        encoding.append(trimmed(first), typeID: 0)
        if addSpecialTokens { encoding.append(specialToken: separatorID, typeID: 0) }
        guard let second else { return encoding }
        if addSpecialTokens { encoding.append(specialToken: separatorID, typeID: 0) }
        encoding.append(second: trimmed(second), typeID: 0)
        if addSpecialTokens { encoding.append(specialToken: separatorID, typeID: 0) }
        return encoding
    }

    private func trimmed(_ tokens: TokenSequence) -> TokenSequence { trimmer?.trimmed(tokens) ?? tokens }
}
