import Checkpoints
import Tensors

/// XLM (Lample and Conneau, arXiv 1901.07291): BERT's layers under other names; positions and, where a request gives them, languages are
/// added to the words.
enum XLM: Family {
    static let modelTypes = ["xlm"]
    static let classNames = ["XLM"]
    static let headNames = ["Model", "ForSequenceClassification", "ForTokenClassification", "ForQuestionAnsweringSimple", "WithLMHeadModel"]

    static func load(_ keys: ConfigKeys, _ checkpoint: inout Checkpoint, _ options: LoadOptions) throws(ModelError) -> EncoderModel {
        let hiddenSize = try keys.size("emb_dim", default: 2048)
        let isGELU = try keys.bool("gelu_activation", default: true)
        // The inner width and the activation have no keys of their own.
        let names = EncoderConfig.Names(
            hiddenSize: "emb_dim", numHiddenLayers: "n_layers", numAttentionHeads: "n_heads", intermediateSize: nil, hiddenAct: nil)
        let config = try EncoderConfig(
            keys, names: names,
            defaults: .init(
                vocabSize: try keys.size("n_words", default: 30145), hiddenSize: hiddenSize, numAttentionHeads: 16,
                intermediateSize: 4 * hiddenSize, hiddenAct: isGELU ? "gelu" : "relu"))
        let languages = try keys.size("n_langs", default: 1), usesLanguages = try keys.bool("use_lang_emb", default: true)
        try keys.require("asm", false, default: false)
        try keys.require("causal", false, default: false)
        try keys.require("is_encoder", true, default: true)
        let summary = try SequenceSummary(keys, config, default: "first")
        return try reading { () throws(CheckpointError) in
            let prefix = checkpoint.prefix(["transformer.", ""], of: "embeddings.weight")
            let width = config.hiddenSize
            var embeddings = EncoderEmbeddings(
                wordEmbeddings: try checkpoint.table(prefix + "embeddings.weight", rows: config.vocabSize, columns: width))
            embeddings.positionEmbeddings = try checkpoint.table(
                prefix + "position_embeddings.weight", rows: config.maxPositionEmbeddings, columns: width)
            if usesLanguages, languages > 1 {
                embeddings.languageEmbeddings = try checkpoint.table(prefix + "lang_embeddings.weight", rows: languages, columns: width)
            }
            embeddings.norm = try checkpoint.layerNorm(prefix + "layer_norm_emb", count: width, epsilon: config.layerNormEps)
            checkpoint.ignore(prefix + "position_ids")
            let reader = LayerReader(config: config, options: options)
            let layers = try reader.layers(&checkpoint) { index in
                let attention = "\(prefix)attentions.\(index)", network = "\(prefix)ffns.\(index)"
                return LayerNames(
                    queryKeyValue: ["q_lin", "k_lin", "v_lin"].map { "\(attention).\($0)" }, attentionOutput: attention + ".out_lin",
                    attentionNorm: "\(prefix)layer_norm1.\(index)", intermediate: [network + ".lin1"], output: network + ".lin2",
                    outputNorm: "\(prefix)layer_norm2.\(index)")
            }
            let heads = try heads(config, prefix, summary, &checkpoint, options)
            return EncoderModel(
                config, embeddings: embeddings, layers: layers, heads: heads, embedder: options.embedder, typeVocabularySize: 0,
                positions: config.maxPositionEmbeddings, checkpoint)
        }
    }

    private static func heads(
        _ config: EncoderConfig, _ prefix: String, _ summary: SequenceSummary, _ checkpoint: inout Checkpoint, _ options: LoadOptions
    ) throws(CheckpointError) -> [Head] {
        let reader = HeadReader(config: config, options: options)
        switch headName(config) {
        case "ForSequenceClassification":
            // Nothing follows the summary, which gives the labels itself.
            let steps = try summary.steps(reader, outputs: config.labels.names.count, &checkpoint)
            return steps.isEmpty ? [] : [Head(task: .sequenceClassification, input: summary.input, steps: steps, labels: config.labels)]
        case "WithLMHeadModel":
            let names = HeadReader.MaskedLanguageModelNames(biases: ["pred_layer.proj.bias"], decoder: "pred_layer.proj")
            return try reader.maskedLanguageModel(names, embeddings: prefix + "embeddings.weight", &checkpoint)
        case let name: return try reader.plainHead(name, &checkpoint)
        }
    }
}
