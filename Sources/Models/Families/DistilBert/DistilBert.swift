import Checkpoints
import Tensors

/// DistilBERT (Sanh et al., arXiv 1910.01108): BERT without segments and pooler, under other names.
enum DistilBert: Family {
    static let modelTypes = ["distilbert"]
    static let classNames = ["DistilBert"]
    static let headNames = ["Model", "ForSequenceClassification", "ForTokenClassification", "ForQuestionAnswering", "ForMaskedLM"]

    static func load(_ keys: ConfigKeys, _ checkpoint: inout Checkpoint, _ options: LoadOptions) throws(ModelError) -> EncoderModel {
        let names = EncoderConfig.Names(
            hiddenSize: keys.first(of: "dim", "hidden_size"), numHiddenLayers: keys.first(of: "n_layers", "num_hidden_layers"),
            numAttentionHeads: keys.first(of: "n_heads", "num_attention_heads"), intermediateSize: "hidden_dim", hiddenAct: "activation",
            layerNormEps: nil)
        let config = try EncoderConfig(keys, names: names, defaults: .init(numHiddenLayers: 6))
        return try reading { () throws(CheckpointError) in
            let prefix = checkpoint.prefix(["distilbert.", ""], of: "embeddings.word_embeddings.weight")
            let embeddings = try EncoderEmbeddings(bert: prefix + "embeddings", config, typeVocabSize: 0, &checkpoint)
            let reader = LayerReader(config: config, options: options)
            let layers = try reader.layers(&checkpoint) { index in
                let name = "\(prefix)transformer.layer.\(index)"
                return LayerNames(
                    queryKeyValue: ["q_lin", "k_lin", "v_lin"].map { "\(name).attention.\($0)" }, attentionOutput: name + ".attention.out_lin",
                    attentionNorm: name + ".sa_layer_norm", intermediate: [name + ".ffn.lin1"], output: name + ".ffn.lin2",
                    outputNorm: name + ".output_layer_norm")
            }
            return EncoderModel(
                config, embeddings: embeddings, layers: layers, heads: try heads(config, prefix, &checkpoint, options),
                embedder: options.embedder, typeVocabularySize: 0, positions: config.maxPositionEmbeddings, checkpoint)
        }
    }

    private static func heads(
        _ config: EncoderConfig, _ prefix: String, _ checkpoint: inout Checkpoint, _ options: LoadOptions
    ) throws(CheckpointError) -> [Head] {
        let reader = HeadReader(config: config, options: options)
        switch headName(config) {
        case "ForSequenceClassification":
            let dense = try reader.dense("pre_classifier", .relu, &checkpoint)
            return [try reader.sequenceClassification(behind: dense, &checkpoint)]
        case "ForMaskedLM":
            let names = HeadReader.MaskedLanguageModelNames(
                dense: "vocab_transform", layerNorm: "vocab_layer_norm", biases: ["vocab_projector.bias"], decoder: "vocab_projector")
            return try reader.maskedLanguageModel(names, embeddings: prefix + "embeddings.word_embeddings.weight", &checkpoint)
        case let name: return try reader.plainHead(name, &checkpoint)
        }
    }
}
