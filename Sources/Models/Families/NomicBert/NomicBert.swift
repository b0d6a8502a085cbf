import Checkpoints
import Tensors

/// Nomic's BERT (Nussbaum et al., arXiv 2402.01613): BERT with rotary positions and gated linear units, without biases.
///
/// Checkpoints with the classic names of Nomic's own code and with those of transformers 5 are read; so are the keys of both config.json.
enum NomicBert: Family {
    static let modelTypes = ["nomic_bert"]
    static let classNames = ["NomicBert"]
    static let headNames = ["Model", "ForSequenceClassification", "ForTokenClassification", "ForMaskedLM", "ForPreTraining"]

    static func load(_ keys: ConfigKeys, _ checkpoint: inout Checkpoint, _ options: LoadOptions) throws(ModelError) -> EncoderModel {
        let names = EncoderConfig.Names(
            hiddenSize: keys.first(of: "n_embd", "hidden_size"), numHiddenLayers: keys.first(of: "n_layer", "num_hidden_layers"),
            numAttentionHeads: keys.first(of: "n_head", "num_attention_heads"), intermediateSize: keys.first(of: "n_inner", "intermediate_size"),
            layerNormEps: keys.first(of: "layer_norm_epsilon", "layer_norm_eps"),
            maxPositionEmbeddings: keys.first(of: "n_positions", "max_position_embeddings"))
        let config = try EncoderConfig(
            keys, names: names, defaults: .init(vocabSize: 30528, hiddenAct: "silu", maxPositionEmbeddings: 2048))
        let typeVocabSize = try keys.size("type_vocab_size", default: 2)
        try keys.require("activation_function", oneOf: ["swiglu"], default: "swiglu")
        for name in ["qkv_proj_bias", "mlp_fc1_bias", "mlp_fc2_bias", "prenorm", "rotary_emb_interleaved", "use_rms_norm"] {
            try keys.require(name, false, default: false)
        }
        guard try keys.float("rotary_emb_fraction", default: 1) == 1 else {
            throw .unsupported(path: keys.path, key: "rotary_emb_fraction", value: "not 1", supported: ["1"])
        }
        try keys.refuse("rotary_emb_scale_base", because: "rotary positions with a decay are not computed here")
        guard try keys.integer("num_experts", default: 0) == 0 else {
            throw .unsupported(path: keys.path, key: "num_experts", value: "more than 0", supported: ["0"])
        }
        let prefix = checkpoint.prefix(["nomic_bert.", "bert.", ""], of: "embeddings.word_embeddings.weight")
        let words = prefix + "embeddings.word_embeddings.weight"
        let embeddings = try reading { () throws(CheckpointError) in
            var embeddings = EncoderEmbeddings(
                wordEmbeddings: try checkpoint.table(words, rows: config.vocabSize, columns: config.hiddenSize))
            embeddings.tokenTypeEmbeddings = try checkpoint.table(
                prefix + "embeddings.token_type_embeddings.weight", rows: typeVocabSize, columns: config.hiddenSize)
            let normName = checkpoint.prefix([prefix + "emb_ln", prefix + "embeddings.LayerNorm"], of: ".weight")
            embeddings.norm = try checkpoint.layerNorm(normName, count: config.hiddenSize, epsilon: config.layerNormEps)
            return embeddings
        }
        // Beyond the positions of its training Nomic's own code scales the angles, where the checkpoint says so; the reference does not.
        let trained = keys.contains("rotary_scaling_factor") ? try keys.size("max_trained_positions", default: 2048) : .max
        let rotary = try RotaryTable(keys, config, positions: min(config.maxPositionEmbeddings, trained), older: "rotary_emb_base", default: 1000)
        return try reading { () throws(CheckpointError) in
            let reader = LayerReader(config: config, options: options)
            let isClassic = checkpoint.contains(prefix + "encoder.layers.0.norm1.weight")
            let layers = try reader.layers(rotary: rotary, &checkpoint) {
                isClassic ? LayerNames(nomic: "\(prefix)encoder.layers.\($0)") : LayerNames(nomic5: "\(prefix)layers.\($0)")
            }
            let heads = try heads(config, prefix, words: words, &checkpoint, options)
            return EncoderModel(
                config, embeddings: embeddings, layers: layers, heads: heads, embedder: options.embedder, typeVocabularySize: typeVocabSize,
                positions: rotary.positions, checkpoint)
        }
    }

    private static func heads(
        _ config: EncoderConfig, _ prefix: String, words: String, _ checkpoint: inout Checkpoint, _ options: LoadOptions
    ) throws(CheckpointError) -> [Head] {
        let reader = HeadReader(config: config, options: options)
        switch headName(config) {
        case "ForSequenceClassification":
            let pooler = try reader.dense(prefix + "pooler.dense", .tanh, &checkpoint)
            return [try reader.sequenceClassification(behind: pooler, &checkpoint)]
        case "ForMaskedLM", "ForPreTraining":
            var names = HeadReader.MaskedLanguageModelNames.bert
            names.layerNorm = "cls.predictions.transform.layer_norm"
            return try reader.maskedLanguageModel(names, embeddings: words, &checkpoint)
        case let name: return try reader.plainHead(name, &checkpoint)
        }
    }
}

extension LayerNames {
    /// Those of Nomic's own code.
    fileprivate init(nomic name: String) {
        self.init(
            queryKeyValue: [name + ".attn.Wqkv"], attentionOutput: name + ".attn.out_proj", attentionNorm: name + ".norm1",
            intermediate: [name + ".mlp.fc11", name + ".mlp.fc12"], output: name + ".mlp.fc2", outputNorm: name + ".norm2", biases: [],
            gate: .activatesSecond)
    }

    /// Those of transformers 5.
    fileprivate init(nomic5 name: String) {
        self.init(rotary: name, intermediate: [name + ".mlp.up_proj", name + ".mlp.gate_proj"], biases: [])
    }
}
