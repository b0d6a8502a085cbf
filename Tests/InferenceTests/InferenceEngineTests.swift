import Models
import TestSupport
import Testing
import Tokenizers

@testable import Inference

@Suite("The inference engine")
struct InferenceEngineTests {
    private func engine(_ names: [String], answerMemory: Int = 1 << 30) throws -> InferenceEngine {
        var registry = ModelRegistry()
        for name in names {
            registry.add(name, .ready(try ServedModel(name: name, directory: Repository.smallModel(name))), created: 1)
        }
        registry.add("broken", .failed(ModelLoadError("it is broken")), created: 1)
        var settings = InferenceEngine.Settings(workers: 1, maximumBatchTokens: 512)
        settings.answerMemory = answerMemory
        return InferenceEngine(registry: registry, settings: settings)
    }

    private func classify(_ engine: InferenceEngine, _ text: TextInput, model: String? = nil, truncates: Bool = true) async throws -> [LabelScore] {
        try await engine.classify([text], model: model, function: nil, topK: nil, truncates: truncates).predictions[0]
    }

    @Test("Without a name, the first model that does the task answers")
    func defaultModel() async throws {
        let engine = try engine(["bare", "gelu-f32"])
        let classified = try await engine.classify([TextInput(text: "good")], model: nil, function: nil, topK: nil, truncates: true)
        #expect(classified.model == "gelu-f32")
        let seen = try await engine.attention([TextInput(text: "good")], model: nil, layers: nil, heads: nil, truncates: true)
        #expect(seen.model.name == "bare")
        engine.shutDown()
    }

    @Test("A model that is missing, broken, or of another kind is an error that helps")
    func wrongModel() async throws {
        let engine = try engine(["bare"]), text = TextInput(text: "good")
        await #expect(throws: InferenceError.modelNotFound(name: "x", available: ["bare", "broken"])) { try await classify(engine, text, model: "x") }
        await #expect(throws: InferenceError.modelFailed(name: "broken", reason: "it is broken")) { try await classify(engine, text, model: "broken") }
        await #expect(throws: InferenceError.noModelForTask(.classify)) { try await classify(engine, text) }
        await #expect(throws: InferenceError.taskNotSupported(.classify, model: "bare", supported: [.embeddings, .attention, .tokenize])) {
            try await classify(engine, text, model: "bare")
        }
        engine.shutDown()
    }

    @Test("A text that is too long is cut, or refused when it must not be")
    func tooLong() async throws {
        let engine = try engine(["gelu-f32"]), text = TextInput(text: String(repeating: "a ", count: 60))
        #expect(try await classify(engine, text).count == 3)
        await #expect(throws: InferenceError.inputTooLong(input: 0, tokens: 62, maximum: 40)) {
            try await classify(engine, text, truncates: false)
        }
        engine.shutDown()
    }

    @Test("A model with one segment refuses a pair instead of reading beyond its table")
    func segments() async throws {
        let engine = try engine(["masked-lm"])
        await #expect(throws: InferenceError.inputBeyondModel(input: 0, reason: "segment 1 has no embedding: the model has 1, so it takes no text_pair")) {
            try await engine.attention([TextInput(text: "a", textPair: "b")], model: nil, layers: nil, heads: nil, truncates: true)
        }
        engine.shutDown()
    }

    @Test("Layers and heads count from both ends, and those that don't exist are named")
    func selection() async throws {
        let engine = try engine(["gelu-f32"]), texts = [TextInput(text: "very good")]
        let result = try await engine.attention(texts, model: nil, layers: [-1, 0], heads: [3, -4], truncates: true)
        #expect(result.selection == AttentionSelection(layers: [1, 0], heads: [3, 0]))
        await #expect(throws: InferenceError.layerOutOfRange(position: 1, layer: 2, count: 2)) {
            try await engine.attention(texts, model: nil, layers: [0, 2], heads: nil, truncates: true)
        }
        await #expect(throws: InferenceError.headOutOfRange(position: 0, head: -5, count: 4)) {
            try await engine.attention(texts, model: nil, layers: nil, heads: [-5], truncates: true)
        }
        await #expect(throws: InferenceError.repeatedSelection(field: "layers", number: 1)) {
            try await engine.attention(texts, model: nil, layers: [1, -1], heads: nil, truncates: true)
        }
        engine.shutDown()
    }

    @Test("Weights beyond the memory for answers are refused, and memory comes back when an answer goes")
    func answerMemory() async throws {
        let text = TextInput(text: "good")  // 3 tokens: 2 layers * 4 heads * 9 weights * 4 bytes = 288
        let engine = try engine(["gelu-f32"], answerMemory: 300)
        await #expect(throws: InferenceError.attentionTooLarge(bytes: 576, maximum: 300)) {
            try await engine.attention([text, text], model: nil, layers: nil, heads: nil, truncates: true)
        }
        do {
            let held = try await engine.attention([text], model: nil, layers: nil, heads: nil, truncates: true)
            await #expect(throws: InferenceError.answerMemoryFull) {
                try await engine.attention([text], model: nil, layers: nil, heads: nil, truncates: true)
            }
            withExtendedLifetime(held) {}
        }
        #expect(try await engine.attention([text], model: nil, layers: nil, heads: nil, truncates: true).encodings.count == 1)
        engine.shutDown()
    }
}
