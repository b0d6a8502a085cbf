import Checkpoints
import Tensors

/// The names and shapes of BERT's tensors, which many families share.
enum BertLayout {
    /// `NAME.word_embeddings`, `.position_embeddings`, `.token_type_embeddings` and `.LayerNorm`.
    /// - Parameters:
    ///   - width: of the embeddings; nil means the layers'.
    ///   - positions: rows of the position embeddings; nil means config.json's.
    ///   - scale: of the word embeddings.
    static func embeddings(
        _ name: String, _ config: EncoderConfig, width: Int? = nil, typeVocabSize: Int?, positions: EncoderEmbeddings.Positions = .fromZero,
        scale: Float = 1, _ checkpoint: inout Checkpoint
    ) throws(CheckpointError) -> EncoderEmbeddings {
        let columns = width ?? config.hiddenSize
        var embeddings = EncoderEmbeddings(
            wordEmbeddings: try checkpoint.table(name + ".word_embeddings.weight", rows: config.vocabSize, columns: columns, scale: scale))
        embeddings.positionEmbeddings = try checkpoint.table(
            name + ".position_embeddings.weight", rows: config.maxPositionEmbeddings, columns: columns)
        embeddings.positions = positions
        if let typeVocabSize {
            embeddings.tokenTypeEmbeddings = try checkpoint.table(
                name + ".token_type_embeddings.weight", rows: typeVocabSize, columns: columns)
        }
        embeddings.norm = try checkpoint.layerNorm(name + ".LayerNorm", count: columns, epsilon: config.layerNormEps)
        checkpoint.ignore(name + ".position_ids")
        return embeddings
    }

    /// `NAME.attention.self`, `.attention.output`, `.intermediate` and `.output`.
    static func layer(
        _ name: String, _ config: EncoderConfig, form: AttentionForm? = nil, sparsity: (any AttentionSparsity)? = nil, hasAttentionBias: Bool = true,
        _ checkpoint: inout Checkpoint, _ options: LoadOptions
    ) throws(CheckpointError) -> EncoderLayer {
        let hidden = config.hiddenSize
        let projections = ["query", "key", "value"].map { "\(name).attention.self.\($0)" }
        let attention = EncoderAttention(
            queryKeyValue: try checkpoint.linear(projections, inputs: hidden, outputs: hidden, hasBias: hasAttentionBias, options),
            output: try checkpoint.linear(name + ".attention.output.dense", inputs: hidden, outputs: hidden, options),
            form: form ?? AttentionForm(heads: config.numAttentionHeads, headSize: config.headSize), sparsity: sparsity)
        return EncoderLayer(
            attention: attention,
            attentionNorm: try checkpoint.layerNorm(name + ".attention.output.LayerNorm", count: hidden, epsilon: config.layerNormEps),
            feedForward: FeedForward(
                intermediate: try checkpoint.linear(name + ".intermediate.dense", inputs: hidden, outputs: config.intermediateSize, options),
                activation: config.activation,
                output: try checkpoint.linear(name + ".output.dense", inputs: config.intermediateSize, outputs: hidden, options)),
            feedForwardNorm: try checkpoint.layerNorm(name + ".output.LayerNorm", count: hidden, epsilon: config.layerNormEps))
    }

    /// `NAME.transform.dense`, `.transform.LayerNorm`, `.bias` and `.decoder`.
    static func maskedLanguageModel(_ name: String) -> HeadReader.MaskedLanguageModelNames {
        HeadReader.MaskedLanguageModelNames(
            dense: name + ".transform.dense", layerNorm: name + ".transform.LayerNorm", biases: [name + ".bias", name + ".decoder.bias"],
            decoder: name + ".decoder")
    }
}
