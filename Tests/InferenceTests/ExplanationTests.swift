import TestSupport
import Testing
import Tokenizers

@testable import Inference

/// Against what `scripts/goldens/explanations.py` computed with transformers and numpy.
@Suite("Explanations of classifications")
struct ExplanationTests {
    /// What one method says.
    struct Expected: Decodable, Sendable {
        /// Position and contribution.
        struct Token: Decodable, Sendable {
            var position: Int
            var contribution: Float

            init(from decoder: any Decoder) throws {
                var values = try decoder.unkeyedContainer()
                position = try values.decode(Int.self)
                contribution = try values.decode(Float.self)
            }
        }

        struct Word: Decodable, Sendable {
            var text: String
            var start, end: Int
            var side: String
            var contribution: Float

            init(from decoder: any Decoder) throws {
                var values = try decoder.unkeyedContainer()
                text = try values.decode(String.self)
                start = try values.decode(Int.self)
                end = try values.decode(Int.self)
                side = try values.decode(String.self)
                contribution = try values.decode(Float.self)
            }
        }

        var tokens: [Token]
        var words: [Word]
        var sum: Float?
        var difference: Float?
    }

    struct Case: Decodable, Sendable, CustomStringConvertible {
        var model: String
        var text: String
        var textPair: String?
        var label: String
        var score: Float
        var occlusion: Expected
        var rollout: Expected

        var input: TextInput { TextInput(text: text, textPair: textPair) }
        var description: String { "\(model): \(text.debugDescription)" }

        enum CodingKeys: String, CodingKey {
            case model, text, label, score, occlusion, rollout
            case textPair = "text_pair"
        }
    }

    private static let folders = [
        "sentiment": Repository.sentimentModel, "roberta": Repository.goldens + "/explanations/roberta",
        "regression": Repository.smallModel("regression"), "gelu-new-f16-multi-label": Repository.smallModel("gelu-new-f16-multi-label"),
    ]

    private func engine(
        _ names: [String], _ change: (inout InferenceEngine.Settings) -> Void = { _ in }
    ) throws -> InferenceEngine {
        var registry = ModelRegistry()
        for name in names {
            registry.add(name, .ready(try ServedModel(name: name, directory: try #require(Self.folders[name]))), created: 0)
        }
        var settings = InferenceEngine.Settings(workers: 2, maximumBatchTokens: 512)
        change(&settings)
        return InferenceEngine(registry: registry, settings: settings)
    }

    private func explanations(
        _ engine: InferenceEngine, _ inputs: [TextInput], model: String? = nil, _ method: ExplanationMethod
    ) async throws -> [Explanation] {
        let result = try await engine.classify(inputs, model: model, function: nil, topK: nil, truncates: true, explain: method)
        let explained = try #require(result.explanations)
        #expect(explained.inputs == inputs)
        #expect(explained.explanations.map(\.label) == result.predictions.map { $0[0] })
        return explained.explanations
    }

    private func check(_ explanation: Explanation, _ golden: Case, _ expected: Expected, within tolerance: Float) {
        #expect(explanation.label.label == golden.label && abs(explanation.label.score - golden.score) < 1e-4, "\(golden)")
        #expect(explanation.tokens.map(\.position) == expected.tokens.map(\.position), "\(golden)")
        for (token, expected) in zip(explanation.tokens, expected.tokens) {
            #expect(abs(token.contribution - expected.contribution) < tolerance, "\(golden)")
        }
        #expect(explanation.words.map(\.word.offsets) == expected.words.map { $0.start..<$0.end }, "\(golden)")
        #expect(explanation.words.map(\.word.isOfSecondText) == expected.words.map { $0.side == "b" }, "\(golden)")
        for (word, expected) in zip(explanation.words, expected.words) {
            #expect(abs(word.contribution - expected.contribution) < tolerance, "\(golden)")
        }
    }

    @Test("By occlusion: the reference's contributions, sums and differences, for BERT and RoBERTa, one label or several")
    func occlusion() async throws {
        let cases = try Repository.decode([Case].self, from: Repository.goldens + "/explanations/cases.json")
        let engine = try engine(Self.folders.keys.sorted())
        for (model, cases) in Dictionary(grouping: cases, by: \.model) {
            let explanations = try await explanations(engine, cases.map(\.input), model: model, .occlusion)
            for (explanation, golden) in zip(explanations, cases) {
                check(explanation, golden, golden.occlusion, within: 1e-4)
                let completeness = try #require(explanation.completeness)
                let (sum, difference) = (try #require(golden.occlusion.sum), try #require(golden.occlusion.difference))
                #expect(abs(completeness.sum - sum) < 1e-3 && abs(completeness.difference - difference) < 1e-4, "\(golden)")
                #expect(completeness.isComplete == (abs(sum - difference) < 1e-3), "\(golden)")
            }
        }
        engine.shutDown()
    }

    @Test("By rollout: the reference's shares")
    func rollout() async throws {
        let cases = try Repository.decode([Case].self, from: Repository.goldens + "/explanations/cases.json")
        let engine = try engine(Self.folders.keys.sorted())
        for (model, cases) in Dictionary(grouping: cases, by: \.model) {
            let explanations = try await explanations(engine, cases.map(\.input), model: model, .rollout)
            for (explanation, golden) in zip(explanations, cases) {
                check(explanation, golden, golden.rollout, within: 1e-5)
                #expect(explanation.completeness == nil)
            }
        }
        engine.shutDown()
    }

    @Test("An explained answer has the predictions and the token count of a plain one")
    func predictions() async throws {
        let engine = try engine(["regression"]), texts = [TextInput(text: "a good film"), TextInput(text: "bad")]
        let plain = try await engine.classify(texts, model: nil, function: nil, topK: 1, truncates: true)
        #expect(plain.explanations == nil)
        for method in ExplanationMethod.allCases {
            let result = try await engine.classify(texts, model: nil, function: nil, topK: 1, truncates: true, explain: method)
            #expect(result.tokenCount == plain.tokenCount)
            for (one, other) in zip(result.predictions.joined(), plain.predictions.joined()) {
                #expect(one.label == other.label && abs(one.score - other.score) < 1e-5)
            }
        }
        engine.shutDown()
    }

    @Test("A text with too many variants for one request or for the queue is refused, and sent to the rollout")
    func tooLong() async throws {
        let text = TextInput(text: "a a a a a a a a")
        let sequences = try engine(["regression"]) { $0.queueSequences = 9 }
        let refused = InferenceError.occlusionTooLarge(sequences: 10, tokens: 100, maximumSequences: 9, maximumTokens: 1 << 18)
        await #expect(throws: refused) { try await explanations(sequences, [text], .occlusion) }
        #expect(refused.description.contains("'explain': 'rollout'"))
        #expect(try await explanations(sequences, [text], .rollout).count == 1)
        sequences.shutDown()

        let request = try engine(["regression"]) { $0.requestTokens = 99 }
        await #expect(throws: InferenceError.occlusionTooLarge(sequences: 10, tokens: 100, maximumSequences: 4096, maximumTokens: 99)) {
            try await explanations(request, [text], .occlusion)
        }
        request.shutDown()

        let queue = try engine(["regression"]) { $0.queueTokens = 100 }
        #expect(try await explanations(queue, [text], .occlusion).count == 1)
        await #expect(throws: InferenceError.occlusionTooLarge(sequences: 20, tokens: 200, maximumSequences: 4096, maximumTokens: 100)) {
            try await explanations(queue, [text, text], .occlusion)
        }
        queue.shutDown()
    }

    @Test("A rollout that would read more weights than an answer may hold is refused")
    func tooManyWeights() async throws {
        let engine = try engine(["regression"]) { $0.answerMemory = 1000 }
        await #expect(throws: InferenceError.attentionTooLarge(bytes: (2 * 4 * 25 * 2 + 3 * 25) * 4, maximum: 1000)) {
            try await explanations(engine, [TextInput(text: "a a a"), TextInput(text: "a a a")], .rollout)
        }
        engine.shutDown()
    }

    @Test("Words are hidden behind the mask token, else the unknown token, else the pad token")
    func hidingToken() async throws {
        let whole = try ServedModel(name: "regression", directory: Repository.smallModel("regression"))
        func without(_ change: (inout TokenizerConfiguration) -> Void) -> ServedModel {
            var tokenizer = whole.tokenizer
            change(&tokenizer.configuration)
            return ServedModel(name: whole.name, directory: whole.directory, model: whole.model, tokenizer: tokenizer)
        }
        #expect(whole.occlusionID == whole.tokenizer.id(for: "[MASK]"))
        #expect(without { $0.maskToken.content = "<m>" }.occlusionID == whole.tokenizer.id(for: "[UNK]"))
        #expect(without { ($0.maskToken.content, $0.unkToken.content) = ("<m>", "<u>") }.occlusionID == whole.tokenizer.id(for: "[PAD]"))
        let bare = without { ($0.maskToken.content, $0.unkToken.content, $0.padToken.content) = ("<m>", "<u>", "<p>") }
        #expect(bare.occlusionID == nil)

        var registry = ModelRegistry()
        registry.add("regression", .ready(bare), created: 0)
        let engine = InferenceEngine(registry: registry, settings: .init(workers: 1))
        await #expect(throws: InferenceError.occlusionNotPossible(model: "regression")) {
            try await explanations(engine, [TextInput(text: "a")], .occlusion)
        }
        engine.shutDown()
    }
}
