import FoundationEssentials
import Tensors
import TestSupport
import Testing

@testable import Models

/// The seeded checkpoints of `scripts/goldens/models.py` against what the reference computes with them.
@Suite("Small checkpoints")
struct SmallModelTests {
    static let names = [
        "gelu-f32", "gelu-new-f16-multi-label", "relu-bf16-one-label", "regression", "silu-ragged-sharded", "bare", "masked-lm",
    ]

    struct Case: Decodable {
        var ids: [Int32]
        var typeIDs: [Int32]
        var logits: [Float]?
        var attentions: [[[[Float]]]]

        enum CodingKeys: String, CodingKey {
            case ids, logits, attentions
            case typeIDs = "type_ids"
        }

        /// Long sequences are kept with the last layer's first head only.
        var layers: [Int] { attentions.count == 1 ? [1] : Array(0..<attentions.count) }
        var selection: AttentionSelection {
            AttentionSelection(layers: layers, heads: Array(0..<attentions[0].count))
        }
    }

    private func load(_ name: String) throws -> (any Model, [Case]) {
        (
            try ModelLoader.load(directory: Repository.smallModel(name)),
            try Repository.decode([Case].self, from: Repository.smallModel(name) + "/reference.json")
        )
    }

    private func expectEqual(_ output: SequenceOutput, _ expected: Case) {
        #expect((output.logits == nil) == (expected.logits == nil))
        for (logit, reference) in zip(output.logits ?? [], expected.logits ?? []) {
            #expect(abs(logit - reference) < 1e-4)
        }
        let reference = expected.attentions.joined().joined().joined()
        #expect(output.attention?.values.count == reference.count)
        for (weight, reference) in zip(output.attention?.values ?? [], reference) {
            #expect(abs(weight - reference) < 1e-5)
        }
    }

    @Test("Logits agree to 1e-4 and attention weights to 1e-5, each sequence alone", arguments: names)
    func alone(_ name: String) throws {
        let (model, cases) = try load(name)
        let forward = model.makeForwardPass()
        for expected in cases {
            let input = SequenceInput(
                ids: expected.ids, typeIDs: expected.typeIDs, head: .sequenceClassification, attention: expected.selection)
            expectEqual(forward(PackedBatch([input]), .alone)[0], expected)
        }
    }

    @Test("They agree as well when all sequences are computed in one batch", arguments: names)
    func together(_ name: String) throws {
        let (model, cases) = try load(name)
        let inputs = cases.map {
            SequenceInput(ids: $0.ids, typeIDs: $0.typeIDs, head: .sequenceClassification, attention: $0.selection)
        }
        let outputs = model.makeForwardPass()(PackedBatch(inputs), .alone)
        for (output, expected) in zip(outputs, cases) { expectEqual(output, expected) }
    }

    @Test("They agree on every path that the CPU offers, and with a team", arguments: InstructionSet.available)
    func paths(_ set: InstructionSet) throws {
        for name in Self.names {
            let (_, cases) = try load(name)
            let inputs = cases.map {
                SequenceInput(ids: $0.ids, typeIDs: $0.typeIDs, head: .sequenceClassification, attention: $0.selection)
            }
            try ThreadTeam.withHelpers(1) { team in
                let model = try ModelLoader.load(directory: Repository.smallModel(name), options: LoadOptions(instructionSet: set, team: team))
                let outputs = model.makeForwardPass()(PackedBatch(inputs), team)
                for (output, expected) in zip(outputs, cases) { expectEqual(output, expected) }
            }
        }
    }

    @Test("bf16 and int8 come near the logits, with the same bits alone and in a batch", arguments: [DType.bf16, .int8])
    func narrow(_ dtype: DType) throws {
        for name in Self.names {
            let (_, cases) = try load(name)
            let model = try ModelLoader.load(directory: Repository.smallModel(name), options: LoadOptions(dtype: dtype))
            #expect(model.summary.dtype == dtype)
            let forward = model.makeForwardPass()
            let inputs = cases.map { SequenceInput(ids: $0.ids, typeIDs: $0.typeIDs, head: .sequenceClassification, wantsHiddenStates: true) }
            for ((input, output), expected) in zip(zip(inputs, forward(PackedBatch(inputs), .alone)), cases) {
                let alone = forward(PackedBatch([input]), .alone)[0]
                #expect(alone.logits == output.logits && alone.hiddenStates == output.hiddenStates)
                // Random weights of 20 to 32 columns: int8 has much less to average over than in a real model.
                let tolerance: Float = dtype == .bf16 ? 0.05 : 0.3
                for (logit, reference) in zip(output.logits ?? [], expected.logits ?? []) { #expect(abs(logit - reference) < tolerance) }
            }
        }
    }

    @Test("A quantized checkpoint loads as int8 with the logits of quantizing at load, and as f32 if that is asked for")
    func quantized() throws {
        let target = FileManager.default.temporaryDirectory.path + "/attendant-test-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: target) }
        let source = Repository.smallModel("gelu-f32")
        try Quantization.quantize(source, to: target)
        let (_, cases) = try load("gelu-f32")
        let inputs = cases.map { SequenceInput(ids: $0.ids, typeIDs: $0.typeIDs, head: .sequenceClassification) }
        func logits(_ directory: String, _ options: LoadOptions) throws -> [[Float]?] {
            let model = try ModelLoader.load(directory: directory, options: options)
            return model.makeForwardPass()(PackedBatch(inputs), .alone).map(\.logits)
        }
        #expect(try logits(target, LoadOptions()) == logits(source, LoadOptions(dtype: .int8)))
        #expect(try ModelLoader.load(directory: target, options: LoadOptions(keepsQuantized: false)).summary.dtype == .f32)
        for (logits, expected) in zip(try logits(target, LoadOptions(keepsQuantized: false)), cases) {
            for (logit, reference) in zip(logits ?? [], expected.logits ?? []) { #expect(abs(logit - reference) < 0.1) }
        }
        #expect(throws: ModelError.self) { try Quantization.quantize(source, to: target) }
    }

    @Test("Only what is asked for is answered")
    func nothingMore() throws {
        let (model, cases) = try load("gelu-f32")
        let plain = SequenceInput(ids: cases[2].ids, typeIDs: cases[2].typeIDs, head: .sequenceClassification)
        let looking = SequenceInput(
            ids: cases[2].ids, typeIDs: cases[2].typeIDs,
            attention: AttentionSelection(layers: [1, 0], heads: [3]))
        let outputs = model.makeForwardPass()(PackedBatch([plain, looking]), .alone)
        #expect(outputs[0].attention == nil && outputs[0].logits != nil)
        #expect(outputs[1].logits == nil)
        let weights = try #require(outputs[1].attention)
        for (position, layer) in [1, 0].enumerated() {
            let expected = cases[2].attentions[layer][3].joined()
            #expect(zip(weights.matrix(layer: position, head: 0), expected).allSatisfy { abs($0 - $1) < 1e-5 })
        }
    }

    @Test("A workspace that has seen a long batch computes a short one right")
    func reuse() throws {
        let (model, cases) = try load("silu-ragged-sharded")
        let forward = model.makeForwardPass()
        for expected in cases.reversed() + cases {
            let input = SequenceInput(
                ids: expected.ids, typeIDs: expected.typeIDs, head: .sequenceClassification, attention: expected.selection)
            expectEqual(forward(PackedBatch([input]), .alone)[0], expected)
        }
    }

    @Test("The summary says what the checkpoint is")
    func summaries() throws {
        let sharded = try load("silu-ragged-sharded").0.summary
        #expect(sharded.classification == SequenceClassificationLabels(names: ["LABEL_0", "LABEL_1"], problemType: nil))
        #expect(sharded.hiddenSize == 20 && sharded.heads == 5 && sharded.unusedTensors.isEmpty)
        let multi = try load("gelu-new-f16-multi-label").0.summary
        #expect(multi.classification?.names == ["negative", "neutral", "positive"])
        #expect(multi.classification?.problemType == .multiLabelClassification)
        let masked = try load("masked-lm").0.summary
        #expect(masked.classification == nil)
        #expect(masked.outputs == [HeadSummary(task: .maskedLanguageModel, outputs: masked.vocabularySize)])
        #expect(masked.unusedTensors.isEmpty)
    }
}
