/// The step that puts special tokens around the texts and numbers their segments:
/// one type for each of tokenizer.json's `post_processor` types.
protocol PostProcessor: Sendable {
    /// The number of special tokens that `process` adds.
    func addedTokenCount(isPair: Bool) -> Int

    /// The greatest id among the special tokens that `process` adds to one text or to a pair; nil where it adds none.
    var largestTemplateID: Int32? { get }

    /// The greatest segment id that `process` gives to a token; 0 where it gives none.
    func largestTypeID(isPair: Bool) -> Int32

    func process(_ first: TokenSequence, pair second: TokenSequence?, addSpecialTokens: Bool) -> Encoding
}

extension JSONFields {
    /// The post-processor that an object of tokenizer.json describes.
    func makePostProcessor() throws(TokenizerError) -> any PostProcessor {
        switch try string("type") {
        case "TemplateProcessing": return try TemplateProcessing(self)
        case "BertProcessing": return try BertProcessing(self)
        case let type:
            throw .unsupported(
                file: file, component: "post_processor", type: type, supported: ["TemplateProcessing", "BertProcessing"])
        }
    }
}

/// What happens where tokenizer.json names no post-processor: the texts one after the other, as segments 0 and 1.
struct NoPostProcessing: PostProcessor {
    func addedTokenCount(isPair: Bool) -> Int { 0 }

    var largestTemplateID: Int32? { nil }

    func largestTypeID(isPair: Bool) -> Int32 { isPair ? 1 : 0 }

    func process(_ first: TokenSequence, pair second: TokenSequence?, addSpecialTokens: Bool) -> Encoding {
        var encoding = Encoding()
        encoding.append(first, typeID: 0)
        if let second { encoding.append(second, typeID: 1) }
        return encoding
    }
}
