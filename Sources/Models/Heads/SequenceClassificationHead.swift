import Checkpoints
import Tensors

/// A linear layer from a pooled sequence to one logit a label.
struct SequenceClassificationHead: Sendable {
    let weight: PackedWeights
    let bias: Vector
    let labels: SequenceClassificationLabels

    /// Reads `classifier.weight[labels, hiddenSize]` and `classifier.bias[labels]`.
    init(_ checkpoint: inout Checkpoint, hiddenSize: Int, labels: SequenceClassificationLabels, _ options: LoadOptions) throws(CheckpointError) {
        self.labels = labels
        weight = try checkpoint.linear(["classifier.weight"], inputs: hiddenSize, outputs: labels.names.count, options.exact)
        bias = try checkpoint.vector("classifier.bias", count: labels.names.count)
    }

    /// `logits[sequences, labels]` from `pooled[sequences, hiddenSize]`
    func forward(_ pooled: Rows, into logits: Rows, scratch: ProductScratch) {
        weight.multiply(pooled, into: logits, .init(bias: bias), scratch: scratch)
    }
}
