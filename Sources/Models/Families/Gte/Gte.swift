import Checkpoints
import Tensors

/// GTE's multilingual encoders (Zhang et al., arXiv 2407.19669): BERT with rotary positions and gated linear units.
///
/// Checkpoints with the names of their own code (prefix `new.`) and with those of transformers 5 are read.
enum Gte: Family {
    static let modelTypes = ["gte"]
    static let classNames = ["Gte"]
    static let headNames = ["Model", "ForSequenceClassification", "ForTokenClassification", "ForMaskedLM"]

    static func load(_ keys: ConfigKeys, _ checkpoint: inout Checkpoint, _ options: LoadOptions) throws(ModelError) -> EncoderModel {
        let config = try EncoderConfig(keys, defaults: .init(vocabSize: 250_048, maxPositionEmbeddings: 8192))
        let typeVocabSize = try keys.count("type_vocab_size", default: 1)
        try keys.require("layer_norm_type", oneOf: ["layer_norm"], default: "layer_norm")
        try keys.require("position_embedding_type", oneOf: ["rope"], default: "rope")
        try keys.require("logn_attention_scale", false, default: false)
        let prefix = checkpoint.prefix(["gte.", "new.", ""], of: "embeddings.word_embeddings.weight")
        let words = prefix + "embeddings.word_embeddings.weight"
        let embeddings = try reading { () throws(CheckpointError) in
            try EncoderEmbeddings(bert: prefix + "embeddings", config, typeVocabSize: typeVocabSize, hasPositions: false, &checkpoint)
        }
        let rotary = try RotaryTable(keys, config, positions: config.maxPositionEmbeddings, older: "rope_theta", default: 160_000)
        return try reading { () throws(CheckpointError) in
            let reader = LayerReader(config: config, options: options)
            let isClassic = checkpoint.contains(prefix + "encoder.layer.0.attn_ln.weight")
            let layers = try reader.layers(rotary: rotary, &checkpoint) {
                isClassic ? LayerNames(gte: "\(prefix)encoder.layer.\($0)") : LayerNames(gte5: "\(prefix)layers.\($0)")
            }
            let heads = try heads(config, prefix, words: words, &checkpoint, options)
            return EncoderModel(
                config, embeddings: embeddings, layers: layers, heads: heads, embedder: options.embedder,
                typeVocabularySize: typeVocabSize, positions: rotary.positions, checkpoint)
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
        case "ForMaskedLM":
            let norm = checkpoint.prefix(["lm_head.norm", "lm_head.layer_norm"], of: ".weight")
            let names = HeadReader.MaskedLanguageModelNames(
                dense: "lm_head.dense", layerNorm: norm, biases: ["lm_head.decoder.bias"], decoder: "lm_head.decoder")
            return try reader.maskedLanguageModel(names, embeddings: words, activation: .gelu, &checkpoint)
        case let name: return try reader.plainHead(name, &checkpoint)
        }
    }
}

extension LayerNames {
    /// Those of GTE's own code.
    fileprivate init(gte name: String) {
        self.init(
            queryKeyValue: [name + ".attention.qkv_proj"], attentionOutput: name + ".attention.o_proj", attentionNorm: name + ".attn_ln",
            intermediate: [name + ".mlp.up_gate_proj"], output: name + ".mlp.down_proj", outputNorm: name + ".mlp_ln",
            biases: [.queryKeyValue, .attentionOutput, .output], gate: .activatesSecond)
    }

    /// Those of transformers 5.
    fileprivate init(gte5 name: String) {
        self.init(
            rotary: name, intermediate: [name + ".mlp.up_proj", name + ".mlp.gate_proj"], biases: [.queryKeyValue, .attentionOutput, .output])
    }
}
