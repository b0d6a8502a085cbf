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

    /// The heads that nearly all families keep under the same names; none for the encoder alone.
    func plainHead(_ name: String, behind dense: Head.Step? = nil, _ checkpoint: inout Checkpoint) throws(CheckpointError) -> [Head] {
        switch name {
        case "ForTokenClassification": [try tokenClassification(behind: dense, &checkpoint)]
        case "ForQuestionAnswering", "ForQuestionAnsweringSimple": [try questionAnswering(behind: dense, &checkpoint)]
        default: []
        }
    }

    /// The two logits of a pair of texts.
    func nextSentence(_ name: String, behind pooler: Head.Step, _ checkpoint: inout Checkpoint) throws(CheckpointError) -> Head {
        Head(task: .nextSentence, input: .first, steps: [pooler, try output(name, outputs: 2, &checkpoint)])
    }

    /// Where a masked language model keeps its layers.
    struct MaskedLanguageModelNames {
        /// A linear layer, an activation and a LayerNorm; nil where hidden states are compared with the embeddings as they are.
        var dense: String?
        var denseHasBias = true
        var layerNorm: String?
        var normHasBias = true
        /// The first of these that is there is the bias of the vocabulary's logits; without any they have none.
        var biases: [String]
        /// The decoder's weights, `[vocabSize, embeddingSize]`; where the checkpoint leaves them out they are the word embeddings.
        var decoder: String
    }

    /// From each token to logits over the vocabulary: a dense layer, then the product with the decoder's weights.
    ///
    /// Empty where the checkpoint has none of it: many that were made for embeddings still call themselves masked language models.
    /// - Parameters:
    ///   - embeddings: the word embeddings' tensor.
    ///   - embeddingSize: their width; nil means the layers'.
    ///   - activation: behind the dense layer; nil means config.json's.
    func maskedLanguageModel(
        _ names: MaskedLanguageModelNames, embeddings: String, embeddingSize: Int? = nil, activation: Activation? = nil,
        _ checkpoint: inout Checkpoint
    ) throws(CheckpointError) -> [Head] {
        let bias = names.biases.first(where: checkpoint.contains), width = embeddingSize ?? hiddenSize
        guard names.dense.map({ checkpoint.contains($0 + ".weight") }) ?? (bias != nil) else { return [] }
        var steps: [Head.Step] = []
        if let dense = names.dense {
            let linear = try checkpoint.linear(dense, inputs: hiddenSize, outputs: width, hasBias: names.denseHasBias, options.exact)
            let norm = try names.layerNorm.map { name throws(CheckpointError) in
                try checkpoint.layerNorm(name, count: width, epsilon: config.layerNormEps, hasBias: names.normHasBias)
            }
            steps.append(Head.Step(linear: linear, activation: activation ?? config.activation, norm: norm))
        }
        let weights = checkpoint.contains(names.decoder + ".weight") ? names.decoder + ".weight" : embeddings
        let decoder = try checkpoint.weights([weights], inputs: width, outputs: config.vocabSize, options.exact)
        let offset = try bias.map { name throws(CheckpointError) in try checkpoint.vector(name, count: config.vocabSize) }
        steps.append(Head.Step(linear: Linear(weight: decoder, bias: offset)))
        names.biases.forEach { checkpoint.ignore($0) }
        return [Head(task: .maskedLanguageModel, input: .each, steps: steps)]
    }
}
