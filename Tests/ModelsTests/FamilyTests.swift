import Tensors
import TestSupport
import Testing

@testable import Models

/// Every family, option and head that the reference has written a checkpoint of.
@Suite("Families")
struct FamilyTests {
    private func load(_ golden: FamilyGolden, _ options: LoadOptions = LoadOptions()) throws -> (EncoderModel, [FamilyGolden.Case]) {
        let model = try ModelLoader.loadWithCheckpoint(directory: golden.directory, options: options).model
        return (model, try golden.cases(layers: model.summary.layers))
    }

    /// The largest difference; infinite where the numbers are not as many.
    private func distance(_ left: [Float]?, _ right: [Float]?) -> Float {
        guard let left, let right else { return left == nil && right == nil ? 0 : .infinity }
        guard left.count == right.count else { return .infinity }
        return zip(left, right).reduce(0) { $1.0.isFinite ? max($0, abs($1.0 - $1.1)) : .infinity }
    }

    private func expectEqual(_ output: SequenceOutput, _ expected: FamilyGolden.Case, _ task: HeadTask?, tolerance: Float = 1e-4) {
        let logits = expected.logits.first { $0.task == task }?.values
        #expect(distance(output.hiddenStates, expected.hidden) < tolerance, "hidden states of \(expected.ids.count) tokens")
        #expect(distance(output.attention?.values, expected.attentions?.values) < tolerance, "attention of \(expected.ids.count) tokens")
        #expect(distance(output.logits, logits) < tolerance, "logits of \(expected.ids.count) tokens")
    }

    @Test("There is a checkpoint of every family that can be loaded")
    func complete() throws {
        let modelTypes = try FamilyGolden.all.map { try load($0).0.summary.modelType }
        #expect(Set(modelTypes) == Set(ModelLoader.modelTypes))
    }

    @Test("Hidden states, attention weights and logits agree with the reference to 1e-4", arguments: FamilyGolden.all)
    func alone(_ golden: FamilyGolden) throws {
        let (model, cases) = try load(golden)
        #expect(Set(golden.heads.map(\.task)).isSubset(of: model.summary.outputs.map(\.task)))
        #expect(!cases.isEmpty)
        let forward = model.makeForwardPass()
        for expected in cases {
            for task in golden.heads.isEmpty ? [nil] : golden.heads.map({ Optional($0.task) }) {
                expectEqual(forward(PackedBatch([expected.input(task, heads: model.summary.heads)]), .alone)[0], expected, task)
            }
        }
    }

    @Test("They agree in one batch, with a team and on every path that the CPU offers", arguments: InstructionSet.available)
    func together(_ set: InstructionSet) throws {
        try ThreadTeam.withHelpers(1) { team in
            for golden in FamilyGolden.all {
                let (model, cases) = try load(golden, LoadOptions(instructionSet: set, team: team))
                let task = golden.heads.first?.task
                let outputs = model.makeForwardPass()(PackedBatch(cases.map { $0.input(task, heads: model.summary.heads) }), team)
                for (output, expected) in zip(outputs, cases) { expectEqual(output, expected, task) }
            }
        }
    }

    @Test("What nobody asked for does not change what is answered", arguments: FamilyGolden.all)
    func readouts(_ golden: FamilyGolden) throws {
        let (model, cases) = try load(golden)
        let forward = model.makeForwardPass()
        for expected in cases {
            // The last layer computes the tokens alone that the head, or the embedding, reads.
            for logits in expected.logits {
                let input = SequenceInput(ids: expected.ids, typeIDs: expected.typeIDs, head: logits.task)
                #expect(distance(forward(PackedBatch([input]), .alone)[0].logits, logits.values) < 1e-4)
            }
            guard let hidden = expected.hidden else { continue }
            let width = model.summary.hiddenSize
            for (pooling, values) in [(Pooling.cls, hidden.prefix(width)), (.last, hidden.suffix(width))] {
                let request = EmbeddingRequest(pooling: pooling, normalizes: false)
                var input = SequenceInput(ids: expected.ids, typeIDs: expected.typeIDs, embedding: request)
                input.languageIDs = expected.languageIDs
                #expect(distance(forward(PackedBatch([input]), .alone)[0].embedding, Array(values)) < 1e-4)
            }
        }
    }

    @Test("Every type comes near, with the same bits alone and in a batch", arguments: DType.allCases)
    func types(_ dtype: DType) throws {
        // Random weights of 24 to 32 columns: there is much less to average over than in a real model.
        let least: Float = [.f32: 0.99999, .bf16: 0.999, .int8: 0.97][dtype]!
        for golden in FamilyGolden.all where golden.head == "base" || golden.head == "sequence-classification" {
            let (model, cases) = try load(golden, LoadOptions(dtype: dtype))
            #expect(model.summary.dtype == dtype)
            let forward = model.makeForwardPass()
            let inputs = cases.map { $0.input(golden.heads.first?.task, heads: model.summary.heads) }
            for ((input, output), expected) in zip(zip(inputs, forward(PackedBatch(inputs), .alone)), cases) {
                let alone = forward(PackedBatch([input]), .alone)[0]
                #expect(alone.logits == output.logits && alone.hiddenStates == output.hiddenStates, "\(golden.name)")
                #expect(alone.attention?.values == output.attention?.values, "\(golden.name)")
                guard let hidden = expected.hidden, let found = output.hiddenStates else { continue }
                #expect(cosine(found, hidden) > least, "\(golden.name), \(input.ids.count) tokens")
            }
        }
    }

    private func cosine(_ left: [Float], _ right: [Float]) -> Float {
        zip(left.normalized, right.normalized).reduce(0) { $0 + $1.0 * $1.1 }
    }

    @Test("A quantized checkpoint of each family loads, and comes as near as one that is quantized at load")
    func quantized() throws {
        for golden in FamilyGolden.all where golden.head == "base" {
            let folder = try TemporaryDirectory()
            try Quantization.quantize(golden.directory, to: folder.path + "/int8")
            let model = try ModelLoader.load(directory: folder.path + "/int8")
            let forward = model.makeForwardPass()
            for expected in try golden.cases(layers: model.summary.layers) {
                let output = forward(PackedBatch([expected.input(nil, heads: model.summary.heads)]), .alone)[0]
                #expect(cosine(try #require(output.hiddenStates), try #require(expected.hidden)) > 0.97, "\(golden.name)")
            }
        }
    }
}
