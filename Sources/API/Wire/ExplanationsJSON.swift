import Inference
import Tokenizers

/// The answer of `/v1/classify` with explanations.
struct ExplanationsJSON: Sendable {
    private let response: ClassifyRoute.Response
    private let explained: ExplainedInputs

    init(_ response: ClassifyRoute.Response, _ explained: ExplainedInputs) {
        self.response = response
        self.explained = explained
    }

    var isSmall: Bool { explained.explanations.reduce(0) { $0 + $1.tokens.count } <= 1024 }

    func write(to stream: inout JSONStream) async throws {
        stream.raw(#"{"model":"#)
        try stream.value(response.model)
        stream.raw(#","predictions":"#)
        try stream.value(response.predictions)
        stream.raw(#","explanations":["#)
        for (index, (input, explanation)) in zip(explained.inputs, explained.explanations).enumerated() {
            if index > 0 { stream.raw(",") }
            try await write(explanation, of: input, to: &stream)
        }
        stream.raw(#"],"usage":"#)
        try stream.value(response.usage)
        stream.raw("}")
    }

    private func write(_ explanation: Explanation, of input: TextInput, to stream: inout JSONStream) async throws {
        let (encoding, tokenizer) = (explanation.encoding, explained.model.tokenizer)
        let words = explanation.words.map(\.word)
        let first = CodePoints(input.text, cutAt: words.lazy.filter { !$0.isOfSecondText }.map(\.offsets))
        let second = CodePoints(input.textPair ?? "", cutAt: words.lazy.filter(\.isOfSecondText).map(\.offsets))
        stream.raw(#"{"label":"#)
        try stream.value(explanation.label.label)
        stream.raw(#","method":"\#(explanation.method.rawValue)","score":\#(explanation.label.score),"tokens":"#)
        try await stream.array(explanation.tokens) { token, text in
            text += #"{"token":"#.utf8
            JSONText.append(tokenizer.token(for: encoding.ids[token.position]) ?? "", to: &text)
            Self.append(encoding.offsets[token.position], to: &text)
            text += #","contribution":\#(token.contribution)}"#.utf8
        }
        stream.raw(#","words":"#)
        try await stream.array(explanation.words) { word, text in
            let isSecond = word.word.isOfSecondText
            text += #"{"word":"#.utf8
            JSONText.append((isSecond ? second : first)[word.word.offsets], to: &text)
            Self.append(word.word.offsets, to: &text)
            text += #","text":"\#(isSecond ? "b" : "a")","contribution":\#(word.contribution)}"#.utf8
        }
        stream.raw(#","completeness":"#)
        try stream.value(Completeness(explanation))
        stream.raw("}")
    }

    private static func append(_ offsets: Range<Int>, to text: inout [UInt8]) {
        text += #","start":\#(offsets.lowerBound),"end":\#(offsets.upperBound)"#.utf8
    }

    /// `completeness`: what the contributions add up to, and what they mean.
    private struct Completeness: Encodable {
        var complete: Bool
        var sum: Float?
        var difference: Float?
        var note: String

        init(_ explanation: Explanation) {
            complete = explanation.completeness?.isComplete ?? false
            sum = explanation.completeness?.sum
            difference = explanation.completeness?.difference
            note = switch explanation.method {
            case .occlusion:
                "each contribution is what the label's logit loses when that word or token alone is hidden; words act together, so the sum need not be the difference, which is what it loses when all words are"
            case .rollout:
                "each contribution is a share of the attention that reaches the first token through all layers; it is not about the label, and says neither for nor against it"
            }
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(complete, forKey: .complete)
            try container.encode(sum, forKey: .sum)  // null where there is none
            try container.encode(difference, forKey: .difference)
            try container.encode(note, forKey: .note)
        }

        enum CodingKeys: String, CodingKey { case complete, sum, difference, note }
    }
}
