import Checkpoints
import Tensors

/// How most families keep their heads; what a family does in its own way stands with it.
struct HeadReader {
    let config: EncoderConfig
    let options: LoadOptions

    private var hiddenSize: Int { config.hiddenSize }

    /// `NAME[hiddenSize, hiddenSize]` and an activation: a pooler, or the first layer of a classifier.
    func dense(_ name: String, _ activation: Activation, _ checkpoint: inout Checkpoint) throws(CheckpointError) -> Head.Step {
        Head.Step(linear: try checkpoint.linear(name, inputs: hiddenSize, outputs: hiddenSize, options.exact), activation: activation)
    }

    /// `NAME[hiddenSize, labels]`
    func output(_ name: String, outputs: Int, hasBias: Bool = true, _ checkpoint: inout Checkpoint) throws(CheckpointError) -> Head.Step {
        Head.Step(linear: try checkpoint.linear(name, inputs: hiddenSize, outputs: outputs, hasBias: hasBias, options.exact))
    }

    /// A linear layer, perhaps behind a dense one, from one token of a sequence to its labels.
    func sequenceClassification(
        named name: String = "classifier", behind dense: Head.Step?, input: Head.Input = .first, _ checkpoint: inout Checkpoint
    ) throws(CheckpointError) -> Head {
        let output = try output(name, outputs: config.labels.names.count, &checkpoint)
        return Head(task: .sequenceClassification, input: input, steps: [dense, output].compactMap(\.self), labels: config.labels)
    }

    /// A linear layer from each token to its labels.
    func tokenClassification(named name: String = "classifier", behind dense: Head.Step? = nil, _ checkpoint: inout Checkpoint) throws(CheckpointError) -> Head {
        let output = try output(name, outputs: config.labels.names.count, &checkpoint)
        return Head(task: .tokenClassification, input: .each, steps: [dense, output].compactMap(\.self), labels: config.labels)
    }

    /// A linear layer from each token to the logits of an answer's start and end.
    func questionAnswering(named name: String = "qa_outputs", behind dense: Head.Step? = nil, _ checkpoint: inout Checkpoint) throws(CheckpointError) -> Head {
        let output = try output(name, outputs: 2, &checkpoint)
        return Head(task: .questionAnswering, input: .each, steps: [dense, output].compactMap(\.self))
    }

    /// The two logits of a pair of texts.
    func nextSentence(_ name: String, behind pooler: Head.Step, _ checkpoint: inout Checkpoint) throws(CheckpointError) -> Head {
        Head(task: .nextSentence, input: .first, steps: [pooler, try output(name, outputs: 2, &checkpoint)])
    }

    /// Where a masked language model keeps its layers.
    struct MaskedLanguageModelNames {
        /// A linear layer, an activation and a LayerNorm; nil where hidden states are compared with the embeddings as they are.
        var dense: String?
        var layerNorm: String?
        /// One of these holds the bias of the vocabulary's logits; none where there is none.
        var biases: [String]
        /// The decoder's weights, `[vocabSize, embeddingSize]`; where the checkpoint leaves them out they are the word embeddings.
        var decoder: String
    }

    /// From each token to logits over the vocabulary: a dense layer, then the product with the decoder's weights.
    ///
    /// Nil where the checkpoint has none of it: many that were made for embeddings still call themselves masked language models.
    /// - Parameters:
    ///   - embeddings: the word embeddings' tensor.
    ///   - embeddingSize: their width.
    func maskedLanguageModel(
        _ names: MaskedLanguageModelNames, embeddings: String, embeddingSize: Int, activation: Activation,
        _ checkpoint: inout Checkpoint
    ) throws(CheckpointError) -> Head? {
        let bias = names.biases.first(where: checkpoint.contains)
        guard names.dense.map({ checkpoint.contains($0 + ".weight") }) ?? (bias != nil) else { return nil }
        var steps: [Head.Step] = []
        if let dense = names.dense {
            let linear = try checkpoint.linear(dense, inputs: hiddenSize, outputs: embeddingSize, options.exact)
            let norm = try names.layerNorm.map { name throws(CheckpointError) in
                try checkpoint.layerNorm(name, count: embeddingSize, epsilon: config.layerNormEps)
            }
            steps.append(Head.Step(linear: linear, activation: activation, norm: norm))
        }
        let weights = checkpoint.contains(names.decoder + ".weight") ? names.decoder + ".weight" : embeddings
        let decoder = try checkpoint.weights([weights], inputs: embeddingSize, outputs: config.vocabSize, options.exact)
        let offset = try bias.map { name throws(CheckpointError) in try checkpoint.vector(name, count: config.vocabSize) }
        steps.append(Head.Step(linear: Linear(weight: decoder, bias: offset)))
        names.biases.forEach { checkpoint.ignore($0) }
        return Head(task: .maskedLanguageModel, input: .each, steps: steps)
    }
}
