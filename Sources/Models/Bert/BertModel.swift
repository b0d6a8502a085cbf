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
    init(
        _ config: BertConfig, configPath: String, _ checkpoint: inout Checkpoint, _ options: LoadOptions
    ) throws(ModelError) {
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
            weights = try BertWeights(&checkpoint, config, needsPooler: labels != nil, options)
            if let labels {
                head = try SequenceClassificationHead(&checkpoint, hiddenSize: config.hiddenSize, labels: labels, options)
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
            heads: config.numAttentionHeads, hiddenSize: config.hiddenSize,
            layerProductSize: config.hiddenSize * (4 * config.hiddenSize + 2 * config.intermediateSize), vocabularySize: config.vocabSize,
            typeVocabularySize: config.typeVocabSize, maximumPositions: config.maxPositionEmbeddings,
            classification: labels, parameterCount: checkpoint.usedElementCount,
            byteCount: weights.byteCount, dtype: weights.layers[0].output.dtype, unusedTensors: checkpoint.unused)
    }

    public func makeWorkspace() -> BertWorkspace {
        BertWorkspace(config, labels: head?.labels.names.count ?? 0)
    }

    public func forward(_ batch: PackedBatch, in workspace: BertWorkspace, team: ThreadTeam) -> [SequenceOutput] {
        workspace.prepare(for: team)
        var recorded = batch.sequences.map { sequence in
            sequence.attention.map { AttentionWeights(selection: $0, tokens: sequence.ids.count) }
        }
        let layers = layersNeeded(batch)
        let wantsLogits = head != nil && batch.sequences.contains(where: \.wantsLogits)
        let wantsHiddenStates = batch.sequences.contains(where: \.wantsHiddenStates)

        let hidden = workspace.hidden.rows(batch.tokenCount)  // [tokens, hiddenSize]
        let queryKeyValue = workspace.queryKeyValue.rows(batch.tokenCount)  // [tokens, 3 * hiddenSize]
        let context = workspace.context.rows(batch.tokenCount)  // [tokens, hiddenSize]
        let first = workspace.first.rows(batch.sequences.count)  // [sequences, hiddenSize]
        let blocks = rowBlocks(batch.tokenCount, team)
        let scratch = workspace.members.map(\.scratch)

        embed(batch, into: hidden, team)
        for index in 0..<layers {
            let layer = weights.layers[index], isLast = index == layers - 1
            blocks.forEach(team) { rows, team, member in
                layer.queryKeyValue.multiply(
                    hidden[rows], into: queryKeyValue[rows], .init(bias: layer.queryKeyValueBias), team: team,
                    scratch: scratch[member])
            }
            attention.forward(
                queryKeyValue, batch, layer: index, firstTokensOnly: isLast && !wantsHiddenStates, into: context, recorded: &recorded,
                team: team, scratch: scratch)
            if !isLast || wantsHiddenStates {
                finish(layer, context, hidden, blocks, workspace, team)
            } else if wantsLogits {
                // The head reads nothing else of the last layer.
                let firstContext = workspace.firstContext.rows(first.count)  // [sequences, hiddenSize]
                gatherFirstTokens(of: context, batch, into: firstContext)
                gatherFirstTokens(of: hidden, batch, into: first)
                finish(layer, firstContext, first, rowBlocks(first.count, team), workspace, team)
            }
        }
        if wantsLogits, wantsHiddenStates { gatherFirstTokens(of: hidden, batch, into: first) }
        let logits = wantsLogits ? classify(first, workspace) : nil  // [sequences, labels]
        return batch.sequences.indices.map { sequence in
            let input = batch.sequences[sequence]
            return SequenceOutput(
                logits: input.wantsLogits ? logits?.values(row: sequence) : nil,
                hiddenStates: input.wantsHiddenStates ? hidden[batch.rows(of: sequence)].values : nil,
                attention: recorded[sequence])
        }
    }

    private func rowBlocks(_ rows: Int, _ team: ThreadTeam) -> RowBlocks {
        RowBlocks(
            rows: rows, columns: config.intermediateSize, threads: team.maximumSize, weightBytes: weights.layers[0].productBytes)
    }

    /// `hidden[t] = LayerNorm(word + position + segment)`
    private func embed(_ batch: PackedBatch, into hidden: Rows, _ team: ThreadTeam) {
        let embeddings = weights.embeddings
        team.forEach(batch.sequences.count) { index, _ in
            let sequence = batch.sequences[index], start = batch.starts[index]
            for position in sequence.ids.indices {
                hidden.setRow(
                    start + position,
                    toNormalizedSum: (embeddings.wordEmbeddings, Int(sequence.ids[position])),
                    (embeddings.positionEmbeddings, position),
                    (embeddings.tokenTypeEmbeddings, Int(sequence.typeIDs[position])),
                    gain: embeddings.layerNorm.weight, offset: embeddings.layerNorm.bias, epsilon: config.layerNormEps)
            }
        }
    }

    /// An encoder layer after its attention: a linear layer and a feed-forward network, each added to its input and normalised.
    private func finish(
        _ layer: BertLayerWeights, _ context: Rows, _ hidden: Rows, _ blocks: RowBlocks, _ workspace: BertWorkspace, _ team: ThreadTeam
    ) {
        blocks.forEach(team) { rows, team, member in
            let member = workspace.members[member]
            let attended = member.attended.rows(rows.count)  // [rows, hiddenSize]
            layer.attentionOutput.multiply(
                context[rows], into: attended, .init(bias: layer.attentionOutputBias, residual: hidden[rows]), team: team,
                scratch: member.scratch)
            attended.layerNorm(layer.attentionLayerNorm, epsilon: config.layerNormEps, team: team)

            let intermediate = member.intermediate.rows(rows.count)  // [rows, intermediateSize]
            layer.intermediate.multiply(
                attended, into: intermediate, .init(bias: layer.intermediateBias, activation: activation), team: team,
                scratch: member.scratch)
            layer.output.multiply(
                intermediate, into: hidden[rows], .init(bias: layer.outputBias, residual: attended), team: team, scratch: member.scratch)
            hidden[rows].layerNorm(layer.outputLayerNorm, epsilon: config.layerNormEps, team: team)
        }
    }

    private func gatherFirstTokens(of rows: Rows, _ batch: PackedBatch, into first: Rows) {
        for sequence in batch.sequences.indices { first.setRow(sequence, to: rows, row: batch.starts[sequence]) }
    }

    /// The pooler and the head over each sequence's first token.
    private func classify(_ first: Rows, _ workspace: BertWorkspace) -> Rows? {
        guard let head, let pooler = weights.pooler else { return nil }
        let scratch = workspace.members[0].scratch
        let pooled = workspace.pooled.rows(first.count)  // [sequences, hiddenSize]
        pooler.dense.multiply(first, into: pooled, .init(bias: pooler.denseBias, activation: .tanh), scratch: scratch)
        let logits = workspace.logits.rows(first.count)  // [sequences, labels]
        head.forward(pooled, into: logits, scratch: scratch)
        return logits
    }

    /// Where only attention is asked for, no layer above the highest one asked for is computed.
    private func layersNeeded(_ batch: PackedBatch) -> Int {
        if batch.sequences.contains(where: { $0.wantsLogits || $0.wantsHiddenStates }) { return weights.layers.count }
        return batch.sequences.reduce(0) { needed, sequence in
            max(needed, (sequence.attention?.layers.max() ?? -1) + 1)
        }
    }
}

extension Rows {
    fileprivate func layerNorm(_ weights: LayerNormWeights, epsilon: Float, team: ThreadTeam) {
        layerNorm(gain: weights.weight, offset: weights.bias, epsilon: epsilon, team: team)
    }
}
