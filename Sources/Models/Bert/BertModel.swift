import Checkpoints
import Tensors

/// BERT (Devlin et al., arXiv 1810.04805): embeddings, a stack of post-norm encoder layers, a pooler, and the
/// sequence-classification head where the checkpoint has one.
public struct BertModel: Model {
    public let summary: ModelSummary
    private let config: BertConfig
    private let weights: BertWeights
    private let head: SequenceClassificationHead?
    private let attention: BertSelfAttention
    private let activation: Activation

    /// Reads the weights that `config` asks for.
    /// - Throws: `ModelError` that names the file, and the key or tensor that is wrong.
    init(_ config: BertConfig, configPath: String, _ checkpoint: inout Checkpoint) throws(ModelError) {
        try config.validate(path: configPath)
        activation = try config.activation(path: configPath)
        let architecture = config.architectures?.first ?? "BertModel"
        var labels: SequenceClassificationLabels?
        if architecture == "BertForSequenceClassification" {
            labels = SequenceClassificationLabels(
                id2label: config.id2label, count: config.numLabels, problemType: config.problemType)
            guard labels != nil else {
                throw .inconsistent(path: configPath, reason: "'id2label' must name the outputs 0, 1, 2 and so on")
            }
        }
        do throws(CheckpointError) {
            weights = try BertWeights(&checkpoint, config, needsPooler: labels != nil)
            if let labels {
                head = try SequenceClassificationHead(&checkpoint, hiddenSize: config.hiddenSize, labels: labels)
            } else {
                head = nil
            }
        } catch {
            throw .checkpoint(error)
        }
        self.config = config
        attention = BertSelfAttention(heads: config.numAttentionHeads, headSize: config.headSize)
        summary = ModelSummary(
            architecture: architecture, modelType: "bert", layers: config.numHiddenLayers,
            heads: config.numAttentionHeads, hiddenSize: config.hiddenSize, vocabularySize: config.vocabSize,
            typeVocabularySize: config.typeVocabSize, maximumPositions: config.maxPositionEmbeddings,
            classification: labels, parameterCount: checkpoint.usedElementCount,
            byteCount: checkpoint.usedElementCount * MemoryLayout<Float>.stride, unusedTensors: checkpoint.unused)
    }

    public func makeWorkspace() -> BertWorkspace {
        BertWorkspace(config, labels: head?.labels.names.count ?? 0)
    }

    public func forward(_ batch: PackedBatch, in workspace: BertWorkspace, team: ThreadTeam) -> [SequenceOutput] {
        var recorded = batch.sequences.map { sequence in
            sequence.attention.map { AttentionWeights(selection: $0, tokens: sequence.ids.count) }
        }
        let hidden = workspace.hidden.rows(batch.tokenCount)  // [tokens, hiddenSize]
        embed(batch, into: hidden)
        for index in 0..<layersNeeded(batch) {
            encode(hidden, batch, layer: index, workspace, recorded: &recorded)
        }
        let logits = classify(hidden, batch, workspace)  // [sequences, labels]
        return batch.sequences.indices.map { sequence in
            SequenceOutput(
                logits: batch.sequences[sequence].wantsLogits ? logits?.values(row: sequence) : nil,
                attention: recorded[sequence])
        }
    }

    /// `hidden[t] = LayerNorm(word + position + segment)`
    private func embed(_ batch: PackedBatch, into hidden: Rows) {
        let embeddings = weights.embeddings
        for (sequence, start) in zip(batch.sequences, batch.starts) {
            for position in sequence.ids.indices {
                hidden.setRow(
                    start + position,
                    sum: (embeddings.wordEmbeddings, Int(sequence.ids[position])),
                    (embeddings.positionEmbeddings, position),
                    (embeddings.tokenTypeEmbeddings, Int(sequence.typeIDs[position])))
            }
        }
        hidden.layerNorm(
            gain: embeddings.layerNorm.weight, offset: embeddings.layerNorm.bias, epsilon: config.layerNormEps)
    }

    /// One encoder layer: self-attention and a feed-forward network, each added to its input and normalised.
    private func encode(
        _ hidden: Rows, _ batch: PackedBatch, layer index: Int, _ workspace: BertWorkspace,
        recorded: inout [AttentionWeights?]
    ) {
        let layer = weights.layers[index]

        let queryKeyValue = workspace.queryKeyValue.rows(hidden.count)  // [tokens, 3 * hiddenSize]
        layer.queryKeyValue.multiply(hidden, into: queryKeyValue)
        queryKeyValue.add(layer.queryKeyValueBias)

        let context = workspace.context.rows(hidden.count)  // [tokens, hiddenSize]
        attention.forward(
            queryKeyValue, batch, layer: index, scores: workspace.scores, into: context, recorded: &recorded)

        let attended = workspace.attended.rows(hidden.count)  // [tokens, hiddenSize]
        layer.attentionOutput.multiply(context, into: attended)
        attended.layerNorm(
            adding: layer.attentionOutputBias, residual: hidden, gain: layer.attentionLayerNorm.weight,
            offset: layer.attentionLayerNorm.bias, epsilon: config.layerNormEps)

        let intermediate = workspace.intermediate.rows(hidden.count)  // [tokens, intermediateSize]
        layer.intermediate.multiply(attended, into: intermediate)
        intermediate.add(layer.intermediateBias, then: activation)

        layer.output.multiply(intermediate, into: hidden)
        hidden.layerNorm(
            adding: layer.outputBias, residual: attended, gain: layer.outputLayerNorm.weight,
            offset: layer.outputLayerNorm.bias, epsilon: config.layerNormEps)
    }

    /// The pooler and the head over each sequence's first token; nil where the model has no head or nobody asks.
    private func classify(_ hidden: Rows, _ batch: PackedBatch, _ workspace: BertWorkspace) -> Rows? {
        guard let head, let pooler = weights.pooler, batch.sequences.contains(where: \.wantsLogits) else { return nil }
        let first = workspace.first.rows(batch.sequences.count)  // [sequences, hiddenSize]
        for sequence in batch.sequences.indices {
            first.setRow(sequence, to: hidden, row: batch.starts[sequence])
        }
        let pooled = workspace.pooled.rows(first.count)  // [sequences, hiddenSize]
        pooler.dense.multiply(first, into: pooled)
        pooled.add(pooler.denseBias, then: .tanh)
        let logits = workspace.logits.rows(first.count)  // [sequences, labels]
        head.forward(pooled, into: logits)
        return logits
    }

    /// Where only attention is asked for, no layer above the highest one asked for is computed.
    private func layersNeeded(_ batch: PackedBatch) -> Int {
        if batch.sequences.contains(where: \.wantsLogits) { return weights.layers.count }
        return batch.sequences.reduce(0) { needed, sequence in
            max(needed, (sequence.attention?.layers.max() ?? -1) + 1)
        }
    }
}
