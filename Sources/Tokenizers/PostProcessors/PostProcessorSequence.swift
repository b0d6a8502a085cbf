/// Steps one after the other: at most one that adds special tokens, and any number of `ByteLevel`, which trims offsets.
struct PostProcessorSequence: PostProcessor {
    private let trimmers: [OffsetTrimmer]
    private let template: any PostProcessor

    /// - Throws: `TokenizerError.invalidField`, also for two steps that add special tokens, and for `ByteLevel` behind `BertProcessing`
    ///   or `RobertaProcessing`: the reference takes them one around the other, which no tokenizer means.
    init(_ fields: JSONFields) throws(TokenizerError) {
        var trimmers: [OffsetTrimmer] = []
        var template: (any PostProcessor)?
        for (index, value) in try fields.array("processors").enumerated() {
            let step = try fields.fields("processors[\(index)]", value)
            let processor = try step.makePostProcessor()
            let stepTrimmers: [OffsetTrimmer]
            var stepTemplate: (any PostProcessor)?
            switch processor {
            case let byteLevel as ByteLevelPostProcessor:
                stepTrimmers = [byteLevel.trimmer].compactMap(\.self)
            case let sequence as PostProcessorSequence:
                stepTrimmers = sequence.trimmers
                stepTemplate = sequence.template is NoPostProcessing ? nil : sequence.template
            default:
                stepTrimmers = []
                stepTemplate = processor
            }
            guard stepTrimmers.isEmpty || template == nil || template is TemplateProcessing else {
                throw step.invalid("type", "trims offsets behind a step that adds special tokens; expected it before")
            }
            guard stepTemplate == nil || template == nil else {
                throw step.invalid("type", "adds special tokens, as a step before does; expected at most one such step")
            }
            trimmers += stepTrimmers
            template = template ?? stepTemplate
            guard trimmers.count <= Self.maximumTrimmerCount else {
                throw fields.invalid("processors", "expected at most \(Self.maximumTrimmerCount) steps that trim offsets")
            }
        }
        self.trimmers = trimmers
        self.template = template ?? NoPostProcessing()
    }

    /// Each walks over the tokens once more.
    private static let maximumTrimmerCount = 64

    var trimsOffsets: Bool { !trimmers.isEmpty || template.trimsOffsets }

    func addedTokenCount(isPair: Bool) -> Int { template.addedTokenCount(isPair: isPair) }

    var largestTemplateID: Int32? { template.largestTemplateID }

    func largestTypeID(isPair: Bool) -> Int32 { template.largestTypeID(isPair: isPair) }

    func textOrder(isPair: Bool) -> [TextPosition] { template.textOrder(isPair: isPair) }

    func process(_ first: TokenSequence, pair second: TokenSequence?, addSpecialTokens: Bool) -> Encoding {
        var (first, second) = (first, second)
        for trimmer in trimmers {
            first = trimmer.trimmed(first)
            second = second.map(trimmer.trimmed)
        }
        return template.process(first, pair: second, addSpecialTokens: addSpecialTokens)
    }
}
