import Models
import TestSupport
import Testing

@testable import Inference

/// Attention that is computed as it is read.
@Suite("Attention, layer by layer")
struct AttentionResultTests {
    private func engine(room: Int, answerMemory: Int = 1 << 30) throws -> InferenceEngine {
        var registry = ModelRegistry()
        registry.add("gelu-f32", .ready(try ServedModel(name: "gelu-f32", directory: Repository.smallModel("gelu-f32"))), created: 1)
        var settings = InferenceEngine.Settings(workers: 2)
        settings.attentionRoom = room
        settings.answerMemory = answerMemory
        return InferenceEngine(registry: registry, settings: settings)
    }

    private func read(
        _ engine: InferenceEngine, _ texts: [String], layers: [Int]? = nil, _ parts: AttentionSelection.Parts
    ) async throws -> [[[Float]]] {
        var result = try await engine.attention(
            texts.map { TextInput(text: $0) }, model: nil, layers: layers, heads: nil, parts: parts, truncates: true)
        var all: [[[Float]]] = []
        for input in texts.indices {
            for part in [AttentionSelection.Parts.weights, .queries, .keys] where parts.contains(part) {
                var layers: [[Float]] = []
                try await result.forEachLayer(of: input, part) { layers.append($0) }
                all.append(layers)
            }
        }
        return all
    }

    private let texts = ["good", String(repeating: "very ", count: 30) + "bad", "a good film", "not bad"]

    @Test("Whole or a layer at a time, in any order of layers, the same bits are read")
    func steps() async throws {
        let parts: AttentionSelection.Parts = [.weights, .queries, .keys]
        for layers in [nil, [1, 0], [1]] {
            let whole = try engine(room: 1 << 20), stepwise = try engine(room: 0), mixed = try engine(room: 3000)
            let expected = try await read(whole, texts, layers: layers, parts)
            #expect(expected.count == 12 && expected[0].count == layers?.count ?? 2)
            #expect(try await read(stepwise, texts, layers: layers, parts) == expected)
            #expect(try await read(mixed, texts, layers: layers, parts) == expected)
            for engine in [whole, stepwise, mixed] { engine.shutDown() }
        }
    }

    @Test("No more memory is set aside than the largest step takes, whatever all layers take")
    func memory() async throws {
        // 33 tokens: a layer's weights are 4 * 33 * 33 floats, and hidden states go in and out of a step.
        let layer = (4 * 33 * 33 + 2 * 33 * 32) * 4
        let enough = try engine(room: 1000, answerMemory: layer), tooLittle = try engine(room: 1000, answerMemory: layer - 1)
        #expect(try await read(enough, texts, .weights).count == 4)
        await #expect(throws: InferenceError.attentionTooLarge(bytes: layer, maximum: layer - 1)) {
            try await read(tooLittle, texts, .weights)
        }
        for engine in [enough, tooLittle] { engine.shutDown() }
    }

    @Test("What a reader makes of the weights takes memory of its own, which is set aside too", arguments: [
        (AttentionReduction.mean, 1), (.max, 1), (.rollout, 3),
    ])
    func reductions(_ reduction: AttentionReduction, matrices: Int) async throws {
        let bytes = (4 * 33 * 33 + 2 * 33 * 32) * 4 + matrices * 33 * 33 * 4
        let input = [TextInput(text: texts[1])]
        let enough = try engine(room: 0, answerMemory: bytes), tooLittle = try engine(room: 0, answerMemory: bytes - 1)
        _ = try await enough.attention(input, model: nil, layers: nil, heads: nil, reduction: reduction, truncates: true)
        await #expect(throws: InferenceError.attentionTooLarge(bytes: bytes, maximum: bytes - 1)) {
            try await tooLittle.attention(input, model: nil, layers: nil, heads: nil, reduction: reduction, truncates: true)
        }
        for engine in [enough, tooLittle] { engine.shutDown() }
    }

    @Test("What was computed before anybody read is kept by no copy of the answer once it was read")
    func handover() {
        final class Layer: Sendable {}
        weak var kept: Layer?
        func handover() -> Handover<Layer> {
            let layer = Layer()
            kept = layer
            return Handover(layer)
        }
        let first = handover(), second = first
        #expect(kept != nil && second.take() != nil)
        #expect(kept == nil && first.take() == nil)
    }

    @Test("Short texts that stand together are computed together, up to the room")
    func plan() {
        func plan(_ tokens: [Int], room: Int) -> AttentionPlan {
            AttentionPlan(tokens: tokens, layers: 2, hiddenSize: 8, room: room) { $0 * $0 * $1 }
        }
        #expect(plan([2, 2, 3, 2], room: 72).groups == [0..<2, 2..<3, 3..<4])
        #expect(plan([2, 2, 3, 2], room: 71).groups == [0..<2, 3..<4])
        #expect(plan([2, 2, 3, 2], room: 72).bytes == 72)
        #expect(plan([9, 2], room: 72).groups == [1..<2] && plan([9, 2], room: 72).group(of: 0) == nil)
        #expect(plan([9, 2], room: 72).bytes == (81 + 2 * 9 * 8) * 4)
        #expect(plan([9], room: 0).groups.isEmpty)
    }

    @Test("Hidden states begin with the embeddings, and the last are those that the heads read")
    func hiddenStates() async throws {
        let engine = try engine(room: 0)
        var all = try await engine.hiddenStates(texts.map { TextInput(text: $0) }, model: nil, layers: nil, truncates: true)
        var some = try await engine.hiddenStates([TextInput(text: texts[1])], model: nil, layers: [-1, 0], truncates: true)
        #expect(all.layers == [0, 1, 2] && some.layers == [2, 0])
        var read: [[Float]] = [], readSome: [[Float]] = []
        try await all.forEachLayer(of: 1) { read.append($0) }
        try await some.forEachLayer(of: 0) { readSome.append($0) }
        #expect(readSome == [read[2], read[0]] && read[0].count == 33 * 32)
        let encoding = all.encodings[1]
        let input = SequenceInput(ids: encoding.ids, typeIDs: encoding.typeIDs, wantsHiddenStates: true)
        #expect(try await engine.queue.run([input], on: all.model).outputs[0].hiddenStates == read[2])
        engine.shutDown()
    }
}
