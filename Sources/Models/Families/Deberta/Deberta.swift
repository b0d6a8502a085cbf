import Checkpoints
import Tensors

/// DeBERTa (He et al., arXiv 2006.03654), its second version and its third, which differs in training alone (He et al., arXiv 2111.09543).
enum Deberta: Family {
    static let modelTypes = ["deberta", "deberta-v2"]
    static let classNames = ["Deberta", "DebertaV2"]
    static let headNames = ["Model", "ForSequenceClassification", "ForTokenClassification", "ForQuestionAnswering", "ForMaskedLM"]

    static func load(_ keys: ConfigKeys, _ checkpoint: inout Checkpoint, _ options: LoadOptions) throws(ModelError) -> EncoderModel {
        let isFirst = try keys.string("model_type", default: "") == "deberta"
        let config = try EncoderConfig(
            keys,
            defaults: isFirst
                ? .init(vocabSize: 50265, layerNormEps: 1e-7)
                : .init(
                    vocabSize: 128100, hiddenSize: 1536, numHiddenLayers: 24, numAttentionHeads: 24, intermediateSize: 6144, layerNormEps: 1e-7))
        let typeVocabSize = try keys.count("type_vocab_size", default: 0)
        let hasPositions = try keys.bool("position_biased_input", default: true)
        let embeddingSize = try keys.size("embedding_size", default: config.hiddenSize)
        let attention = try DisentangledAttention(keys, config, isFirst: isFirst)
        let convolution = isFirst ? nil : try DebertaConvolution(keys)
        let poolerActivation = try keys.activation("pooler_hidden_act", default: "gelu")
        try keys.require("talking_head", false, default: false)
        guard try keys.size("pooler_hidden_size", default: config.hiddenSize) == config.hiddenSize else {
            throw .unsupported(path: keys.path, key: "pooler_hidden_size", value: "not 'hidden_size'", supported: ["\(config.hiddenSize)"])
        }
        return try reading { () throws(CheckpointError) in
            let prefix = checkpoint.prefix(["deberta.", ""], of: "embeddings.word_embeddings.weight")
            var embeddings = try EncoderEmbeddings(
                deberta: prefix + "embeddings", config, width: embeddingSize, typeVocabSize: typeVocabSize, hasPositions: hasPositions,
                &checkpoint)
            if embeddingSize != config.hiddenSize {
                embeddings.projection = try checkpoint.linear(
                    prefix + "embeddings.embed_proj", inputs: embeddingSize, outputs: config.hiddenSize, hasBias: false, options)
            }
            let relative = try attention.relativeEmbeddings(prefix + "encoder", &checkpoint)
            let reader = LayerReader(config: config, options: options)
            var layers: [EncoderLayer] = []
            for index in 0..<config.numHiddenLayers {
                let name = "\(prefix)encoder.layer.\(index)"
                let form = try attention.form(name + ".attention.self", relative, &checkpoint, options)
                let queryKeyValue = try attention.queryKeyValue(name + ".attention.self", &checkpoint, options)
                layers.append(try reader.layer(LayerNames(bert: name), queryKeyValue: queryKeyValue, form: form, &checkpoint))
            }
            let heads = try heads(config, prefix, poolerActivation, &checkpoint, options)
            return EncoderModel(
                config, embeddings: embeddings, layers: layers,
                convolution: try convolution?.read(prefix + "encoder.conv", config, &checkpoint, options), heads: heads,
                embedder: options.embedder, typeVocabularySize: typeVocabSize, positions: attention.positions, checkpoint)
        }
    }

    private static func heads(
        _ config: EncoderConfig, _ prefix: String, _ poolerActivation: Activation, _ checkpoint: inout Checkpoint, _ options: LoadOptions
    ) throws(CheckpointError) -> [Head] {
        let reader = HeadReader(config: config, options: options)
        switch headName(config) {
        case "ForSequenceClassification":
            let pooler = try reader.dense("pooler.dense", poolerActivation, &checkpoint)
            return [try reader.sequenceClassification(behind: pooler, &checkpoint)]
        case "ForMaskedLM":
            let words = prefix + "embeddings.word_embeddings.weight"
            let names = HeadReader.MaskedLanguageModelNames(
                dense: "lm_predictions.lm_head.dense", layerNorm: "lm_predictions.lm_head.LayerNorm", biases: ["lm_predictions.lm_head.bias"],
                decoder: "lm_predictions.lm_head.decoder")
            // Two layouts of one computation.
            let heads = try reader.maskedLanguageModel(.bert, embeddings: words, &checkpoint)
            return try heads.isEmpty ? reader.maskedLanguageModel(names, embeddings: words, &checkpoint) : heads
        case let name: return try reader.plainHead(name, &checkpoint)
        }
    }
}

extension EncoderEmbeddings {
    /// BERT's, of which positions and segments may be missing; a projection comes before the LayerNorm, which is as wide as the layers.
    fileprivate init(
        deberta name: String, _ config: EncoderConfig, width: Int, typeVocabSize: Int, hasPositions: Bool, _ checkpoint: inout Checkpoint
    ) throws(CheckpointError) {
        self.init(wordEmbeddings: try checkpoint.table(name + ".word_embeddings.weight", rows: config.vocabSize, columns: width))
        if hasPositions {
            positionEmbeddings = try checkpoint.table(name + ".position_embeddings.weight", rows: config.maxPositionEmbeddings, columns: width)
        } else {
            checkpoint.ignore(name + ".position_embeddings.weight")
        }
        if typeVocabSize > 0 {
            tokenTypeEmbeddings = try checkpoint.table(name + ".token_type_embeddings.weight", rows: typeVocabSize, columns: width)
        }
        norm = try checkpoint.layerNorm(name + ".LayerNorm", count: config.hiddenSize, epsilon: config.layerNormEps)
        projectsFirst = true
        checkpoint.ignore(name + ".position_ids")
    }
}
