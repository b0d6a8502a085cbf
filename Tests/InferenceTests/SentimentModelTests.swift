import Models
import TestSupport
import Testing

@testable import Inference

/// The bundled model against what the reference computes with it (`scripts/goldens/sentiment.py`).
@Suite("The bundled sentiment model")
struct SentimentModelTests {
    struct Case: Decodable, Sendable {
        struct Attention: Decodable, Sendable {
            /// Indices into the flat `[layers, heads, tokens, tokens]`; nil means all of them.
            var positions: [Int]?
            var weights: [Float]
        }
        var text: String
        var textPair: String?
        var ids: [Int32]
        var tokens: [String]
        var offsets: [[Int]]
        var typeIDs: [Int32]
        var logits: [Float]
        var attention: Attention

        var input: TextInput { TextInput(text: text, textPair: textPair) }

        enum CodingKeys: String, CodingKey {
            case text, ids, tokens, offsets, logits, attention
            case textPair = "text_pair"
            case typeIDs = "type_ids"
        }
    }

    private static let cases = Result { try Repository.decode([Case].self, from: Repository.goldens + "/sentiment/cases.json") }
    private static let model = Result { try ServedModel(name: "sentiment", directory: Repository.sentimentModel) }

    private let cases: [Case]
    private let model: ServedModel
    private let engine: InferenceEngine

    init() throws {
        cases = try Self.cases.get()
        model = try Self.model.get()
        var registry = ModelRegistry()
        registry.add("sentiment", .ready(model), created: 0)
        engine = InferenceEngine(registry: registry, settings: .init(workers: 2, maximumBatchTokens: 2048))
    }

    private func logits(_ texts: [TextInput]) async throws -> [[Float]] {
        let names = try #require(model.summary.classification?.names)
        let result = try await engine.classify(texts, model: nil, function: ScoreFunction.none, topK: nil, truncates: true)
        return result.predictions.map { ranked in names.map { name in ranked.first { $0.label == name }!.score } }
    }

    @Test("There are at least forty sentences of all kinds")
    func enough() {
        #expect(cases.count >= 40)
        #expect(cases.contains { $0.textPair != nil } && cases.contains { $0.ids.count == 512 })
    }

    @Test("Tokens, ids, segments and offsets are the reference's")
    func tokens() throws {
        for expected in cases {
            let encoding = try model.encode(expected.input, input: 0, truncates: true)
            #expect(encoding.ids == expected.ids, "\(expected.text.prefix(40))")
            #expect(encoding.typeIDs == expected.typeIDs)
            #expect(model.tokens(of: encoding) == expected.tokens)
            #expect(encoding.offsets.map { [$0.lowerBound, $0.upperBound] } == expected.offsets, "\(expected.text.prefix(40))")
        }
        engine.shutDown()
    }

    @Test("Logits agree to 1e-4 with each text alone, and all together give the same to 1e-5")
    func logits() async throws {
        let together = try await logits(cases.map(\.input))
        for (expected, inBatch) in zip(cases, together) {
            let alone = try await logits([expected.input])[0]
            for label in alone.indices {
                #expect(abs(alone[label] - expected.logits[label]) < 1e-4, "\(expected.text.prefix(40))")
                #expect(abs(alone[label] - inBatch[label]) < 1e-5, "\(expected.text.prefix(40))")
            }
        }
        engine.shutDown()
    }

    private struct Layers: Decodable {
        struct Values: Decodable {
            var shape: [Int]
            /// Indices into the flat array.
            var positions: [Int]
            var values: [Float]

            func agree(with found: [Float], to tolerance: Float) -> Bool {
                found.count == shape.reduce(1, *) && zip(positions, values).allSatisfy { abs(found[$0] - $1) < tolerance }
            }
        }
        var text: String
        var hidden_states, queries, keys: Values
    }

    @Test("Hidden states behind each layer, queries and keys agree to 1e-5")
    func layers() async throws {
        let expected = try Repository.decode(Layers.self, from: Repository.goldens + "/sentiment/layers.json")
        let texts = [TextInput(text: expected.text)]
        var states = try await engine.hiddenStates(texts, model: nil, layers: nil, truncates: true), hidden: [Float] = []
        try await states.forEachLayer(of: 0) { hidden += $0 }
        #expect(expected.hidden_states.agree(with: hidden, to: 1e-5))
        var attention = try await engine.attention(texts, model: nil, layers: nil, heads: nil, parts: [.queries, .keys], truncates: true)
        var queries: [Float] = [], keys: [Float] = []
        try await attention.forEachLayer(of: 0, .queries) { queries += $0 }
        try await attention.forEachLayer(of: 0, .keys) { keys += $0 }
        #expect(expected.queries.agree(with: queries, to: 1e-5) && expected.keys.agree(with: keys, to: 1e-5))
        engine.shutDown()
    }

    @Test("Attention weights agree to 1e-5, and the rows sum to one")
    func attention() async throws {
        for expected in cases {
            var result = try await engine.attention([expected.input], model: nil, layers: nil, heads: nil, truncates: true)
            var weights: [Float] = []
            try await result.forEachLayer(of: 0, .weights) { weights += $0 }
            let tokens = expected.ids.count
            #expect(weights.count == 6 * 12 * tokens * tokens)
            for (index, reference) in expected.attention.weights.enumerated() {
                let position = expected.attention.positions?[index] ?? index
                #expect(abs(weights[position] - reference) < 1e-5, "\(expected.text.prefix(40)) at \(position)")
            }
            // Every row of short sequences; of long ones those of a head of the last layer.
            let matrices = tokens <= 64 ? (0..<6).flatMap { l in (0..<12).map { (l, $0) } } : [(5, 11)]
            for (layer, head) in matrices {
                let start = (layer * 12 + head) * tokens * tokens, matrix = Array(weights[start..<start + tokens * tokens])
                for query in 0..<tokens {
                    #expect(abs(matrix[query * tokens..<(query + 1) * tokens].reduce(0, +) - 1) < 1e-5)
                }
            }
        }
        engine.shutDown()
    }
}
