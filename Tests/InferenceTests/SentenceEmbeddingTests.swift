import FoundationEssentials
import TestSupport
import Testing

@testable import Inference
@testable import Models

/// Vectors against those of sentence-transformers (`scripts/goldens/sentence_embeddings.py`).
@Suite("Sentence embeddings")
struct SentenceEmbeddingTests {
    struct Case: Decodable, Sendable {
        var text: String
        var prompt_name: String?
        var pooling: String?
        var normalize: Bool?
        var dimensions: Int?
        /// One vector, or one for each token.
        var embedding: [[Float]]

        enum CodingKeys: String, CodingKey { case text, prompt_name, pooling, normalize, dimensions, embedding }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            text = try container.decode(String.self, forKey: .text)
            prompt_name = try container.decodeIfPresent(String.self, forKey: .prompt_name)
            pooling = try container.decodeIfPresent(String.self, forKey: .pooling)
            normalize = try container.decodeIfPresent(Bool.self, forKey: .normalize)
            dimensions = try container.decodeIfPresent(Int.self, forKey: .dimensions)
            if pooling == "none" {
                embedding = try container.decode([[Float]].self, forKey: .embedding)
            } else {
                embedding = [try container.decode([Float].self, forKey: .embedding)]
            }
        }

        func options() throws -> EmbeddingOptions {
            var options = EmbeddingOptions()
            options.pooling = try pooling.map { try #require(EmbeddingPooling(rawValue: $0)) }
            options.normalizes = normalize
            options.dimensions = dimensions
            options.promptName = prompt_name
            return options
        }
    }

    static let models = [
        "mean", "all-poolings-old", "cls-old-lowercased", "last-max-dense", "two-dense-default-prompt", "plain",
    ]

    private func engine(_ names: [String], answerMemory: Int = 1 << 30) throws -> InferenceEngine {
        var registry = ModelRegistry()
        for name in names {
            registry.add(name, .ready(try ServedModel(name: name, directory: Repository.embeddingModel(name))), created: 1)
        }
        var settings = InferenceEngine.Settings(workers: 1, maximumBatchTokens: 512)
        settings.answerMemory = answerMemory
        return InferenceEngine(registry: registry, settings: settings)
    }

    private func distance(_ found: EmbeddingsResult, _ index: Int, _ expected: [[Float]]) -> Float {
        let flat = Array(expected.joined())
        guard found.vectors[index].count == flat.count, found.dimensions == expected[0].count else { return .infinity }
        return zip(found.vectors[index], flat).reduce(0) { max($0, abs($1.0 - $1.1)) }
    }

    @Test("Vectors agree with the reference to 1e-5, for every pooling, layer, prompt and cut", arguments: models)
    func goldens(_ name: String) async throws {
        let cases = try Repository.decode([Case].self, from: Repository.embeddingModel(name) + "/reference.json")
        try #require(cases.count >= 4)
        let engine = try engine([name])
        for expected in cases {
            let result = try await engine.embed(.texts([expected.text]), model: nil, expected.options())
            #expect(distance(result, 0, expected.embedding) < 1e-5, "\(expected)")
        }
        engine.shutDown()
    }

    @Test("Token ids give the vectors of the text that they are of, and no prompt comes before them", arguments: [
        "mean", "two-dense-default-prompt",
    ])
    func tokens(_ name: String) async throws {
        let engine = try engine([name])
        let model = try engine.registry.model(named: name, for: .embeddings)
        let text = "a good film", prompt = model.sentences.defaultPromptName.flatMap { model.sentences.prompts[$0] } ?? ""
        let ids = model.tokenizer.encode(prompt + text).ids.map(Int.init)
        let ofText = try await engine.embed(.texts([text]), model: nil, EmbeddingOptions())
        let ofTokens = try await engine.embed(.tokens([ids, [5]]), model: nil, EmbeddingOptions())
        #expect(ofTokens.vectors[0] == ofText.vectors[0] && ofTokens.tokenCount == ofText.tokenCount + 1)
        engine.shutDown()
    }

    @Test("Token ids that the model does not have, or that are too many, are refused or cut")
    func wrongTokens() async throws {
        let engine = try engine(["mean"])
        var options = EmbeddingOptions()
        for id in [-1, 106, Int.max, Int.min] {
            let error = await #expect(throws: InferenceError.self) { try await engine.embed(.tokens([[2], [id]]), model: nil, options) }
            guard case .inputBeyondModel(1, let reason) = error else { throw try #require(error) }
            #expect(reason.contains("token \(id) has no embedding: the model has 106"))
        }
        await #expect(throws: InferenceError.inputWithoutTokens(input: 0)) { try await engine.embed(.tokens([[]]), model: nil, options) }
        let long = Array(repeating: 7, count: 41)
        let cut = try await engine.embed(.tokens([long]), model: nil, options)
        let whole = try await engine.embed(.tokens([Array(long.prefix(40))]), model: nil, options)
        #expect(cut.vectors == whole.vectors && cut.tokenCount == 40)
        options.truncates = false
        await #expect(throws: InferenceError.inputTooLong(input: 0, tokens: 41, maximum: 40)) {
            try await engine.embed(.tokens([long]), model: nil, options)
        }
        engine.shutDown()
    }

    @Test("What a model can't do is an error that says what it can")
    func impossible() async throws {
        let engine = try engine(["last-max-dense", "mean", "plain"])
        func embed(_ model: String, _ change: (inout EmbeddingOptions) -> Void, _ inputs: EmbeddingInputs = .texts(["a"])) async throws {
            var options = EmbeddingOptions()
            change(&options)
            _ = try await engine.embed(inputs, model: model, options)
        }
        // Its dense layer reads two poolings side by side.
        await #expect(throws: InferenceError.poolingNotPossible(.mean, numbers: 16, needed: 32)) {
            try await embed("last-max-dense") { $0.pooling = .mean }
        }
        await #expect(throws: InferenceError.dimensionsOutOfRange(9, maximum: 8)) { try await embed("last-max-dense") { $0.dimensions = 9 } }
        await #expect(throws: InferenceError.dimensionsOutOfRange(17, maximum: 16)) {
            try await embed("last-max-dense") { ($0.dimensions, $0.pooling) = (17, .tokens) }
        }
        await #expect(throws: InferenceError.dimensionsOutOfRange(0, maximum: 16)) { try await embed("mean") { $0.dimensions = 0 } }
        await #expect(throws: InferenceError.promptNotFound("search", available: ["document", "query"])) {
            try await embed("mean") { $0.promptName = "search" }
        }
        await #expect(throws: InferenceError.promptNotFound("query", available: [])) {
            try await embed("plain") { $0.promptName = "query" }
        }
        await #expect(throws: InferenceError.promptBeforeTokens) { try await embed("mean", { $0.promptName = "query" }, .tokens([[5]])) }
        engine.shutDown()
    }

    @Test("Vectors beyond the memory for answers are refused, and memory comes back when an answer goes")
    func answerMemory() async throws {
        let engine = try engine(["mean"], answerMemory: 150)  // a vector takes 64 bytes
        var perToken = EmbeddingOptions()
        perToken.pooling = .tokens
        await #expect(throws: InferenceError.embeddingsTooLarge(bytes: 192, maximum: 150)) {
            try await engine.embed(.texts(["a", "b", "c"]), model: nil, EmbeddingOptions())
        }
        await #expect(throws: InferenceError.embeddingsTooLarge(bytes: 192, maximum: 150)) {
            try await engine.embed(.texts(["a"]), model: nil, perToken)
        }
        do {
            let held = try await engine.embed(.texts(["a", "b"]), model: nil, EmbeddingOptions())
            await #expect(throws: InferenceError.answerMemoryFull) {
                try await engine.embed(.texts(["a"]), model: nil, EmbeddingOptions())
            }
            withExtendedLifetime(held) {}
        }
        #expect(try await engine.embed(.texts(["a"]), model: nil, EmbeddingOptions()).vectors.count == 1)
        engine.shutDown()
    }

    @Test("Numbers that are none are not answered")
    func notANumber() async throws {
        let model = GatedModel()
        var registry = ModelRegistry()
        registry.add("gated", .ready(try model.served(as: "gated")), created: 1)
        let engine = InferenceEngine(registry: registry, settings: .init(workers: 1))
        model.open()
        // It answers without any vector.
        await #expect(throws: InferenceError.notANumber(model: "gated")) {
            try await engine.embed(.texts(["a"]), model: nil, EmbeddingOptions())
        }
        engine.shutDown()
    }
}
