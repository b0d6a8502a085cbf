import Dispatch
import Synchronization
import TestSupport
import Tokenizers

@testable import Inference
@testable import Models
import Tensors

/// A model that computes nothing and waits at a gate, so that a test decides what is in flight when.
///
/// Its logits are the ids of the sequence's first three tokens. It is so wide that attention costs nothing beside the rest:
/// a sequence costs its tokens.
final class GatedModel: Model {
    let summary = ModelSummary(
        architecture: "GatedModel", modelType: "gated", layers: 2, heads: 2, hiddenSize: 1 << 20, layerProductSize: 0, vocabularySize: 1000,
        typeVocabularySize: 2, maximumPositions: 40,
        outputs: [
            HeadSummary(
                task: .sequenceClassification, outputs: 3, labels: SequenceClassificationLabels(names: ["a", "b", "c"], problemType: nil))
        ],
        embedding: EmbeddingSummary(.standard, hiddenSize: 1 << 20), parameterCount: 0, byteCount: 0, dtype: .f32, unusedTensors: [])

    private let gate = DispatchSemaphore(value: 0)
    private let entered = DispatchSemaphore(value: 0)
    private let batches = Mutex<[[Int]]>([])

    /// The lengths of the sequences of each batch so far.
    var seen: [[Int]] { batches.withLock { $0 } }

    /// Lets that many forward passes through.
    func open(_ count: Int = 1) { for _ in 0..<count { gate.signal() } }

    /// Returns when one more forward pass has come to the gate. It blocks a thread, which is the test's own.
    func waitUntilEntered() async {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                self.entered.wait()
                continuation.resume()
            }
        }
    }

    func makeWorkspace() {}

    func forward(_ batch: PackedBatch, in workspace: Void, team: ThreadTeam) -> [SequenceOutput] {
        batches.withLock { $0.append(batch.sequences.map(\.ids.count)) }
        entered.signal()
        gate.wait()
        return batch.sequences.map { SequenceOutput(logits: $0.ids.prefix(3).map(Float.init)) }
    }

    /// The model under a name, with a tokenizer that nothing here uses.
    func served(as name: String) throws -> ServedModel {
        let directory = Repository.smallModel("gelu-f32")
        return ServedModel(name: name, directory: directory, model: self, tokenizer: try Tokenizer(directory: directory))
    }
}

extension SequenceInput {
    /// A sequence of that many tokens, the first of them `id`.
    static func of(_ id: Int32, length: Int = 3) -> SequenceInput {
        SequenceInput(
            ids: [id] + Array(repeating: 7, count: length - 1), typeIDs: Array(repeating: 0, count: length), head: .sequenceClassification)
    }
}
