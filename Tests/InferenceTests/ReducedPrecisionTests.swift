import Models
import Tensors
import TestSupport
import Testing

@testable import Inference

/// The bundled model in bf16 and int8 against itself in f32, on the sentences that the reference has judged.
@Suite("The bundled model in fewer bits")
struct ReducedPrecisionTests {
    private struct Sentence: Decodable {
        var ids: [Int32]
        var typeIDs: [Int32]

        enum CodingKeys: String, CodingKey {
            case ids
            case typeIDs = "type_ids"
        }
    }

    /// The mean hidden state and the logits of each sentence, computed alone.
    private func outputs(_ sentences: [Sentence], _ dtype: DType) throws -> [(mean: [Double], logits: [Float])] {
        let model = try ModelLoader.load(directory: Repository.sentimentModel, options: LoadOptions(dtype: dtype))
        let forward = model.makeForwardPass()
        return sentences.map { sentence in
            let input = SequenceInput(ids: sentence.ids, typeIDs: sentence.typeIDs, head: .sequenceClassification, wantsHiddenStates: true)
            let output = forward(PackedBatch([input]), .alone)[0]
            var mean = [Double](repeating: 0, count: model.summary.hiddenSize)
            for (index, value) in (output.hiddenStates ?? []).enumerated() {
                mean[index % mean.count] += Double(value) / Double(sentence.ids.count)
            }
            return (mean, output.logits ?? [])
        }
    }

    private func cosine(_ a: [Double], _ b: [Double]) -> Double {
        func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
        return dot(a, b) / (dot(a, a) * dot(b, b)).squareRoot()
    }

    @Test("The mean hidden state keeps its direction, and the labels stay", arguments: [(DType.bf16, 0.9999), (.int8, 0.998)])
    func direction(_ dtype: DType, _ least: Double) throws {
        let sentences = try Repository.decode([Sentence].self, from: Repository.goldens + "/sentiment/cases.json")
        let exact = try outputs(sentences, .f32), coarse = try outputs(sentences, dtype)
        let cosines = zip(exact, coarse).map { cosine($0.mean, $1.mean) }
        #expect(cosines.reduce(0, +) / Double(cosines.count) >= least)
        func label(_ logits: [Float]) -> Int? { logits.indices.max { logits[$0] < logits[$1] } }
        let kept = zip(exact, coarse).count { label($0.logits) == label($1.logits) }
        #expect(Double(kept) >= 0.95 * Double(sentences.count))
    }
}
