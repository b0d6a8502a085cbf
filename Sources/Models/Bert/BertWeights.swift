import Checkpoints
import Tensors

/// A LayerNorm's gain and offset, `[hiddenSize]` each.
struct LayerNormWeights: Sendable {
    let weight: Vector
    let bias: Vector

    init(_ checkpoint: inout Checkpoint, _ name: String, count: Int) throws(CheckpointError) {
        weight = try checkpoint.vector(name + ".weight", count: count)
        bias = try checkpoint.vector(name + ".bias", count: count)
    }
}

struct BertEmbeddingsWeights: Sendable {
    let wordEmbeddings: Table  // [vocabSize, hiddenSize]
    let positionEmbeddings: Table  // [maxPositionEmbeddings, hiddenSize]
    let tokenTypeEmbeddings: Table  // [typeVocabSize, hiddenSize]
    let layerNorm: LayerNormWeights

    init(_ checkpoint: inout Checkpoint, _ name: String, _ config: BertConfig) throws(CheckpointError) {
        let columns = config.hiddenSize
        wordEmbeddings = try checkpoint.table(name + ".word_embeddings.weight", rows: config.vocabSize, columns: columns)
        positionEmbeddings = try checkpoint.table(
            name + ".position_embeddings.weight", rows: config.maxPositionEmbeddings, columns: columns)
        tokenTypeEmbeddings = try checkpoint.table(
            name + ".token_type_embeddings.weight", rows: config.typeVocabSize, columns: columns)
        layerNorm = try LayerNormWeights(&checkpoint, name + ".LayerNorm", count: columns)
        checkpoint.ignore(name + ".position_ids")
    }
}

struct BertLayerWeights: Sendable {
    /// Query, key and value in one product: `[hiddenSize, 3 * hiddenSize]`.
    let queryKeyValue: PackedWeights
    let queryKeyValueBias: Vector
    let attentionOutput: PackedWeights
    let attentionOutputBias: Vector
    let attentionLayerNorm: LayerNormWeights
    let intermediate: PackedWeights
    let intermediateBias: Vector
    let output: PackedWeights
    let outputBias: Vector
    let outputLayerNorm: LayerNormWeights

    /// Of the products' weights in memory.
    var productBytes: Int { [queryKeyValue, attentionOutput, intermediate, output].reduce(0) { $0 + $1.byteCount } }

    init(_ checkpoint: inout Checkpoint, _ name: String, _ config: BertConfig, _ options: LoadOptions) throws(CheckpointError) {
        let hidden = config.hiddenSize, inner = config.intermediateSize
        let projections = ["query", "key", "value"].map { "\(name).attention.self.\($0)" }
        queryKeyValue = try checkpoint.linear(projections.map { $0 + ".weight" }, inputs: hidden, outputs: hidden, options)
        var biases: [Vector] = []
        for projection in projections { biases.append(try checkpoint.vector(projection + ".bias", count: hidden)) }
        queryKeyValueBias = Vector(concatenating: biases)
        attentionOutput = try checkpoint.linear([name + ".attention.output.dense.weight"], inputs: hidden, outputs: hidden, options)
        attentionOutputBias = try checkpoint.vector(name + ".attention.output.dense.bias", count: hidden)
        attentionLayerNorm = try LayerNormWeights(&checkpoint, name + ".attention.output.LayerNorm", count: hidden)
        intermediate = try checkpoint.linear([name + ".intermediate.dense.weight"], inputs: hidden, outputs: inner, options)
        intermediateBias = try checkpoint.vector(name + ".intermediate.dense.bias", count: inner)
        output = try checkpoint.linear([name + ".output.dense.weight"], inputs: inner, outputs: hidden, options)
        outputBias = try checkpoint.vector(name + ".output.dense.bias", count: hidden)
        outputLayerNorm = try LayerNormWeights(&checkpoint, name + ".output.LayerNorm", count: hidden)
    }
}

struct BertPoolerWeights: Sendable {
    let dense: PackedWeights
    let denseBias: Vector

    init(_ checkpoint: inout Checkpoint, _ name: String, _ config: BertConfig, _ options: LoadOptions) throws(CheckpointError) {
        dense = try checkpoint.linear([name + ".dense.weight"], inputs: config.hiddenSize, outputs: config.hiddenSize, options.exact)
        denseBias = try checkpoint.vector(name + ".dense.bias", count: config.hiddenSize)
    }
}

/// All of a BERT's parameters, fields named as the checkpoint names them.
struct BertWeights: Sendable {
    let embeddings: BertEmbeddingsWeights
    let layers: [BertLayerWeights]
    /// Nil where no head needs it and the checkpoint leaves it out.
    let pooler: BertPoolerWeights?

    /// Reads the tensors with or without the prefix `bert.`, which a model with a head has and a bare one has not.
    init(_ checkpoint: inout Checkpoint, _ config: BertConfig, needsPooler: Bool, _ options: LoadOptions) throws(CheckpointError) {
        let prefix = checkpoint.contains("bert.embeddings.word_embeddings.weight") ? "bert." : ""
        embeddings = try BertEmbeddingsWeights(&checkpoint, prefix + "embeddings", config)
        var layers: [BertLayerWeights] = []
        for index in 0..<config.numHiddenLayers {
            layers.append(try BertLayerWeights(&checkpoint, "\(prefix)encoder.layer.\(index)", config, options))
        }
        self.layers = layers
        pooler = needsPooler ? try BertPoolerWeights(&checkpoint, prefix + "pooler", config, options) : nil
    }

    /// Bytes in memory.
    var byteCount: Int {
        let tables = [embeddings.wordEmbeddings, embeddings.positionEmbeddings, embeddings.tokenTypeEmbeddings]
        let products = layers.reduce(pooler?.dense.byteCount ?? 0) { $0 + $1.productBytes }
        return tables.reduce(products) { $0 + $1.rows * $1.columns * MemoryLayout<Float>.stride }
    }
}
