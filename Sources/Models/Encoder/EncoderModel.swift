import Checkpoints
import Tensors

/// A Transformer's encoder (Vaswani et al., arXiv 1706.03762, section 3.1) with its heads: embeddings, and layers of attention and
/// feed-forward networks. The families differ in the parts that they hand it.
public struct EncoderModel: Model {
    /// Where a layer normalises.
    enum NormPlacement: Sendable {
        /// The sums: BERT's way.
        case post
        /// What goes into attention and feed-forward network; the sums stay as they are, and the last ones are normalised at the end.
        case pre(final: LayerNorm)
    }

    let embeddings: EncoderEmbeddings
    let layers: [EncoderLayer]
    let normPlacement: NormPlacement
    let convolution: EncoderConvolution?
    let heads: [Head]
    let embedder: SentenceEmbedder
    public let summary: ModelSummary

    /// - Parameters:
    ///   - typeVocabularySize: segments that a token may be of.
    ///   - positions: tokens that a sequence may have.
    ///   - checkpoint: from which all parts were read.
    init(
        _ config: EncoderConfig, embeddings: EncoderEmbeddings, layers: [EncoderLayer], normPlacement: NormPlacement = .post,
        convolution: EncoderConvolution? = nil, heads: [Head], embedder: SentenceEmbedder, typeVocabularySize: Int, positions: Int,
        _ checkpoint: Checkpoint
    ) {
        self.embeddings = embeddings
        self.layers = layers
        self.normPlacement = normPlacement
        self.convolution = convolution
        self.heads = heads
        self.embedder = embedder
        summary = ModelSummary(
            architecture: config.architecture ?? config.modelType, modelType: config.modelType, layers: layers.count,
            heads: config.numAttentionHeads, hiddenSize: config.hiddenSize,
            layerProductSize: layers.reduce(0) { $0 + $1.productSize } / layers.count, vocabularySize: config.vocabSize,
            typeVocabularySize: typeVocabularySize, maximumPositions: positions, outputs: heads.map(\.summary),
            embedding: EmbeddingSummary(embedder, hiddenSize: config.hiddenSize),
            parameterCount: checkpoint.usedElementCount + embedder.parameterCount,
            byteCount: layers.reduce(embeddings.byteCount + heads.reduce(embedder.byteCount) { $0 + $1.byteCount }) { $0 + $1.productBytes },
            dtype: layers[0].feedForward.output.weight.dtype, unusedTensors: checkpoint.unused)
    }

    public func makeWorkspace() -> EncoderWorkspace { EncoderWorkspace(self) }

    public func forward(_ batch: PackedBatch, in workspace: EncoderWorkspace, team: ThreadTeam) -> [SequenceOutput] {
        workspace.prepare(for: team)
        let readout = readout(batch), headSize = layers[0].attention.form.headSize
        var recorded = batch.sequences.map { sequence in
            sequence.attention.map { AttentionWeights(selection: $0, tokens: sequence.ids.count, headSize: headSize) }
        }
        let scratch = workspace.members.map(\.scratch)
        let hidden = workspace.hidden.rows(batch.tokenCount)  // [tokens, hiddenSize]
        let queryKeyValue = workspace.queryKeyValue.rows(batch.tokenCount)  // [tokens, 3 * hiddenSize]
        let context = workspace.context.rows(batch.tokenCount)  // [tokens, hiddenSize]
        let read = workspace.read.rows(batch.sequences.count)  // [sequences, hiddenSize]
        let blocks = rowBlocks(batch.tokenCount, team)

        if let start = batch.part?.start {
            hidden.set(start.hiddenStates)
        } else {
            embeddings.embed(
                batch, into: hidden, embedded: embeddings.projection.map { _ in workspace.embedded.rows(batch.tokenCount) }, team: team,
                scratch: scratch[0])
        }
        if convolution != nil { workspace.convolutionInput.rows(batch.tokenCount).copy(hidden) }
        let first = batch.part?.start?.layers ?? 0, count = layersNeeded(batch, readout)
        for index in first..<count {
            let layer = layers[index]
            // The last layer need not compute tokens that nothing reads, nor what no selected head reads.
            let asked = index < count - 1 || index == 0 && convolution != nil && readout != .none ? Readout.all : readout
            let columns = asked == .none ? queryKeyColumns(batch, layer.attention.form) : nil
            blocks.forEach(team) { rows, team, member in
                let input = attentionInput(hidden[rows], layer, workspace.members[member], team)
                for columns in columns ?? [0..<queryKeyValue.columns] {
                    layer.attention.queryKeyValue.multiply(
                        input, into: queryKeyValue[rows], columns: columns, team: team, scratch: scratch[member])
                }
            }
            layer.attention.forward(
                queryKeyValue, batch, layer: index, readout: asked, into: context, recorded: &recorded, team: team, scratch: scratch)
            switch asked {
            case .none: break
            case .all:
                finish(layer, context, hidden, blocks, workspace, team)
                if index == 0 { convolve(hidden, batch, workspace, team) }
            case .first, .last:
                let readContext = workspace.readContext.rows(read.count)  // [sequences, hiddenSize]
                gather(asked, of: context, batch, into: readContext)
                gather(asked, of: hidden, batch, into: read)
                finish(layer, readContext, read, rowBlocks(read.count, team), workspace, team)
            }
        }
        let last = readout == .all ? hidden : read
        if case .pre(let final) = normPlacement, readout != .none, count == layers.count { final.apply(to: last, team: team) }
        return outputs(batch, LastHiddenStates(rows: last, readout: readout), recorded, workspace, team)
    }

    private func rowBlocks(_ rows: Int, _ team: ThreadTeam) -> RowBlocks {
        RowBlocks(
            rows: rows, columns: layers[0].feedForward.intermediate.outputs, threads: team.maximumSize, weightBytes: layers[0].productBytes)
    }

    /// What attention reads: the hidden states, normalised where the family does that first.
    private func attentionInput(_ hidden: Rows, _ layer: EncoderLayer, _ member: EncoderWorkspace.Member, _ team: ThreadTeam) -> Rows {
        guard case .pre = normPlacement, let norm = layer.attentionNorm else { return hidden }
        let normalized = member.normalized.rows(hidden.count)  // [rows, hiddenSize]
        normalized.copy(hidden)
        norm.apply(to: normalized, team: team)
        return normalized
    }

    /// A layer after its attention: a linear layer and a feed-forward network, each added to its input.
    private func finish(
        _ layer: EncoderLayer, _ context: Rows, _ hidden: Rows, _ blocks: RowBlocks, _ workspace: EncoderWorkspace, _ team: ThreadTeam
    ) {
        blocks.forEach(team) { rows, team, member in
            let member = workspace.members[member]
            let attended = member.attended.rows(rows.count)  // [rows, hiddenSize]
            layer.attention.output.multiply(context[rows], into: attended, residual: hidden[rows], team: team, scratch: member.scratch)
            var input = attended
            switch normPlacement {
            case .post: layer.attentionNorm?.apply(to: attended, team: team)
            case .pre:
                input = member.normalized.rows(rows.count)  // [rows, hiddenSize]
                input.copy(attended)
                layer.feedForwardNorm.apply(to: input, team: team)
            }
            let inner = member.intermediate.rows(rows.count)[columns: 0..<layer.feedForward.intermediate.outputs]
            layer.feedForward.forward(input, into: hidden[rows], residual: attended, inner: inner, team: team, scratch: member.scratch)
            if case .post = normPlacement { layer.feedForwardNorm.apply(to: hidden[rows], team: team) }
        }
    }

    private func convolve(_ hidden: Rows, _ batch: PackedBatch, _ workspace: EncoderWorkspace, _ team: ThreadTeam) {
        convolution?.forward(
            workspace.convolutionInput.rows(hidden.count), batch, neighbours: workspace.convolutionNeighbours.rows(hidden.count),
            convolved: workspace.context.rows(hidden.count), hidden: hidden, team: team, scratch: workspace.members[0].scratch)
    }

    private func gather(_ readout: Readout, of rows: Rows, _ batch: PackedBatch, into target: Rows) {
        for sequence in batch.sequences.indices {
            let tokens = batch.rows(of: sequence)
            target.setRow(sequence, to: rows, row: readout == .first ? tokens.lowerBound : tokens.upperBound - 1)
        }
    }

    /// What serves all that the batch is asked for.
    private func readout(_ batch: PackedBatch) -> Readout {
        if let part = batch.part { return part.continues ? .all : .none }
        return batch.sequences.reduce(.none) { readout, sequence in
            var readout = sequence.wantsHiddenStates ? Readout.all : readout
            if let task = sequence.head, let head = head(task) { readout = readout.union(head.input.readout) }
            if let request = sequence.embedding { readout = readout.union(embedder.readout(of: request)) }
            return readout
        }
    }

    /// Where only attention is asked for, no layer above the highest one asked for is computed.
    private func layersNeeded(_ batch: PackedBatch, _ readout: Readout) -> Int {
        if let part = batch.part { return part.end }
        guard readout == .none else { return layers.count }
        return batch.sequences.reduce(0) { needed, sequence in
            max(needed, (sequence.attention?.layers.max() ?? -1) + 1)
        }
    }

    /// Where the queries and the keys of the heads stand that somebody looks at.
    private func queryKeyColumns(_ batch: PackedBatch, _ form: AttentionForm) -> [Range<Int>] {
        let heads = batch.sequences.flatMap { $0.attention?.heads ?? [] }
        guard let first = heads.min(), let last = heads.max() else { return [] }
        let columns = first * form.headSize..<(last + 1) * form.headSize
        return [columns, form.hiddenSize + columns.lowerBound..<form.hiddenSize + columns.upperBound]
    }

    func head(_ task: HeadTask) -> Head? { heads.first { $0.task == task } }
}
