import Checkpoints
import Tensors

/// RoBERTa (Liu et al., arXiv 1907.11692), and what shares its code: CamemBERT (Martin et al., arXiv 1911.03894) and XLM-RoBERTa
/// (Conneau et al., arXiv 1911.02116).
enum Roberta: Family {
    static let modelTypes = ["roberta", "camembert", "xlm-roberta"]
    static let classNames = ["Roberta", "Camembert", "XLMRoberta"]
    static let headNames = ["Model", "ForSequenceClassification", "ForTokenClassification", "ForQuestionAnswering", "ForMaskedLM"]

    static func load(_ keys: ConfigKeys, _ checkpoint: inout Checkpoint, _ options: LoadOptions) throws(ModelError) -> EncoderModel {
        let vocabSize = try keys.string("model_type", default: "") == "roberta" ? 50265 : 30522
        let config = try EncoderConfig(keys, defaults: .init(vocabSize: vocabSize))
        let typeVocabSize = try keys.size("type_vocab_size", default: 2)
        let positions = try PositionsBehindPadding(keys, config, paddingID: try keys.integer("pad_token_id", default: 1))
        try keys.require("position_embedding_type", oneOf: ["absolute"], default: "absolute")
        return try reading { () throws(CheckpointError) in
            let prefix = checkpoint.prefix(["roberta.", ""], of: "embeddings.word_embeddings.weight")
            let embeddings = try EncoderEmbeddings(
                bert: prefix + "embeddings", config, typeVocabSize: typeVocabSize, positions: positions.rule, &checkpoint)
            let reader = LayerReader(config: config, options: options)
            let layers = try reader.layers(&checkpoint) { LayerNames(bert: "\(prefix)encoder.layer.\($0)") }
            let heads = try heads(headName(config), config, words: prefix + "embeddings.word_embeddings.weight", &checkpoint, options)
            return EncoderModel(
                config, embeddings: embeddings, layers: layers, heads: heads, embedder: options.embedder, typeVocabularySize: typeVocabSize,
                positions: positions.count, checkpoint)
        }
    }

    /// The heads, which MPNet shares.
    static func heads(
        _ name: String, _ config: EncoderConfig, words: String, _ checkpoint: inout Checkpoint, _ options: LoadOptions
    ) throws(CheckpointError) -> [Head] {
        let reader = HeadReader(config: config, options: options)
        switch name {
        case "ForSequenceClassification":
            let dense = try reader.dense("classifier.dense", .tanh, &checkpoint)
            return [try reader.sequenceClassification(named: "classifier.out_proj", behind: dense, &checkpoint)]
        case "ForMaskedLM":
            let names = HeadReader.MaskedLanguageModelNames(
                dense: "lm_head.dense", layerNorm: "lm_head.layer_norm", biases: ["lm_head.decoder.bias", "lm_head.bias"], decoder: "lm_head.decoder")
            return try reader.maskedLanguageModel(names, embeddings: words, activation: .gelu, &checkpoint)
        default: return try reader.plainHead(name, &checkpoint)
        }
    }
}

/// RoBERTa's positions, counted from behind the padding token's id.
struct PositionsBehindPadding {
    let rule: EncoderEmbeddings.Positions
    /// Tokens that a sequence may have: the first positions are not for tokens.
    let count: Int

    /// - Throws: `ModelError.inconsistent` where no token has a position.
    init(_ keys: ConfigKeys, _ config: EncoderConfig, paddingID: Int) throws(ModelError) {
        guard let id = Int32(exactly: paddingID), id >= 0, config.maxPositionEmbeddings - paddingID - 1 >= 1 else {
            throw .inconsistent(
                path: keys.path, reason: "'pad_token_id' \(paddingID) leaves no token a place among 'max_position_embeddings' \(config.maxPositionEmbeddings)")
        }
        rule = .behind(paddingID: id)
        count = config.maxPositionEmbeddings - paddingID - 1
    }
}
