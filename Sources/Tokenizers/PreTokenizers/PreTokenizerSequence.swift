/// Steps one after the other, each on the words that the one before left.
struct PreTokenizerSequence: PreTokenizer {
    private let steps: [any PreTokenizer]

    /// Each step walks over the text once more.
    private static let maximumCount = 64
    /// Each of them may make the text more than twice as long, so that a text in a request could be grown without bound.
    private static let maximumRewritingCount = 4

    /// - Throws: `TokenizerError.invalidField`, also for more steps than any tokenizer has.
    init(_ fields: JSONFields) throws(TokenizerError) {
        var steps: [any PreTokenizer] = []
        for (index, value) in try fields.array("pretokenizers").enumerated() {
            let step = try fields.fields("pretokenizers[\(index)]", value).makePreTokenizer()
            if let sequence = step as? PreTokenizerSequence { steps += sequence.steps } else { steps.append(step) }
            guard steps.count <= Self.maximumCount else {
                throw fields.invalid("pretokenizers", "expected at most \(Self.maximumCount) steps")
            }
        }
        let rewritingCount = steps.count { $0.rewrites }
        guard rewritingCount <= Self.maximumRewritingCount else {
            throw fields.invalid(
                "pretokenizers",
                "\(rewritingCount) steps rewrite the text (ByteLevel, Metaspace); expected at most \(Self.maximumRewritingCount)")
        }
        self.steps = steps
    }

    var rewrites: Bool { steps.contains { $0.rewrites } }

    func preTokenize(_ text: inout PreTokenizedText) {
        for step in steps { step.preTokenize(&text) }
    }
}
