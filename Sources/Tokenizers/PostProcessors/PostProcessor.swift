/// The step that puts special tokens around the texts and numbers their segments:
/// one type for each of tokenizer.json's `post_processor` types.
protocol PostProcessor: Sendable {
    /// The number of special tokens that `process` adds.
    func addedTokenCount(isPair: Bool) -> Int

    /// The greatest id among the special tokens that `process` adds to one text or to a pair; nil where it adds none.
    var largestTemplateID: Int32? { get }

    /// Whether it looks at the whitespace at the ends of tokens, `TokenSequence.spaces`.
    var trimsOffsets: Bool { get }

    /// The texts in the order in which `process` puts them.
    func textOrder(isPair: Bool) -> [TextPosition]

    /// The greatest segment id that `process` gives to a token; 0 where it gives none.
    func largestTypeID(isPair: Bool) -> Int32

    func process(_ first: TokenSequence, pair second: TokenSequence?, addSpecialTokens: Bool) -> Encoding
}

extension PostProcessor {
    var trimsOffsets: Bool { false }

    func textOrder(isPair: Bool) -> [TextPosition] { isPair ? [.first, .second] : [.first] }
}

/// One of the texts of a pair.
enum TextPosition {
    case first, second
}

extension JSONFields {
    /// The post-processor that an object of tokenizer.json describes.
    func makePostProcessor() throws(TokenizerError) -> any PostProcessor {
        switch try string("type") {
        case "TemplateProcessing": return try TemplateProcessing(self)
        case "BertProcessing": return try BertProcessing(self)
        case "RobertaProcessing": return try RobertaProcessing(self)
        case "ByteLevel": return try ByteLevelPostProcessor(self)
        case "Sequence": return try PostProcessorSequence(self)
        case let type:
            throw .unsupported(
                file: file, component: "post_processor", type: type,
                supported: ["TemplateProcessing", "BertProcessing", "RobertaProcessing", "ByteLevel", "Sequence"])
        }
    }

    /// The id in an array such as `["[SEP]", 102]`.
    func tokenAndID(_ name: String) throws(TokenizerError) -> Int32 {
        let pair = try array(name)
        guard pair.count == 2, pair[0].stringValue != nil, let number = pair[1].intValue, let id = Int32(exactly: number),
            id >= 0
        else {
            throw invalid(name, "expected an array of a token and its id, such as [\"[SEP]\", 102]")
        }
        return id
    }
}

/// What happens where tokenizer.json names no post-processor: the texts one after the other, as segments 0 and 1.
struct NoPostProcessing: PostProcessor {
    func addedTokenCount(isPair: Bool) -> Int { 0 }

    var largestTemplateID: Int32? { nil }

    func largestTypeID(isPair: Bool) -> Int32 { isPair ? 1 : 0 }

    func process(_ first: TokenSequence, pair second: TokenSequence?, addSpecialTokens: Bool) -> Encoding {
        var encoding = Encoding()
        encoding.reserveCapacity(first.count + (second?.count ?? 0))
        encoding.append(first, typeID: 0)
        if let second { encoding.append(second: second, typeID: 1) }
        return encoding
    }
}
