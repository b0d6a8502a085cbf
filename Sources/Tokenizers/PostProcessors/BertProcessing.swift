/// `[CLS] A [SEP]`, or `[CLS] A [SEP] B [SEP]` with B and the last separator as segment 1.
struct BertProcessing: PostProcessor {
    let separatorID: Int32
    let classifierID: Int32

    init(_ fields: JSONFields) throws(TokenizerError) {
        separatorID = try fields.tokenAndID("sep")
        classifierID = try fields.tokenAndID("cls")
    }

    func addedTokenCount(isPair: Bool) -> Int { isPair ? 3 : 2 }

    var largestTemplateID: Int32? { max(separatorID, classifierID) }

    func largestTypeID(isPair: Bool) -> Int32 { isPair ? 1 : 0 }

    func process(_ first: TokenSequence, pair second: TokenSequence?, addSpecialTokens: Bool) -> Encoding {
        guard addSpecialTokens else {
            return NoPostProcessing().process(first, pair: second, addSpecialTokens: false)
        }
        var encoding = Encoding()
        encoding.reserveCapacity(first.count + (second?.count ?? 0) + 3)
        encoding.append(specialToken: classifierID, typeID: 0)
        encoding.append(first, typeID: 0)
        encoding.append(specialToken: separatorID, typeID: 0)
        if let second {
            encoding.append(second: second, typeID: 1)
            encoding.append(specialToken: separatorID, typeID: 1)
        }
        return encoding
    }
}
