import Checkpoints
import Tensors

/// XLNet (Yang et al., arXiv 1906.08237) as it is used for inference: one stream, no memory, every token sees all.
enum XLNet: Family {
    static let modelTypes = ["xlnet"]
    static let classNames = ["XLNet"]
    static let headNames = ["Model", "ForSequenceClassification", "ForTokenClassification", "ForQuestionAnsweringSimple", "LMHeadModel"]

    /// Tokens that a sequence may have. The family has no limit of its own; it was trained on so many.
    private static let positions = 512
    /// Segments are compared, not embedded: the tokenizer numbers them up to 3.
    private static let segments = 4

    static func load(_ keys: ConfigKeys, _ checkpoint: inout Checkpoint, _ options: LoadOptions) throws(ModelError) -> EncoderModel {
        let names = EncoderConfig.Names(
            hiddenSize: "d_model", numHiddenLayers: "n_layer", numAttentionHeads: "n_head", intermediateSize: "d_inner",
            hiddenAct: "ff_activation", maxPositionEmbeddings: nil)
        let config = try EncoderConfig(
            keys, names: names,
            defaults: .init(
                vocabSize: try keys.size("n_token", default: 32000), hiddenSize: 1024, numHiddenLayers: 24, numAttentionHeads: 16,
                intermediateSize: 4096, maxPositionEmbeddings: positions))
        try keys.require("attn_type", oneOf: ["bi"], default: "bi")
        try keys.require("bi_data", false, default: false)
        guard try keys.size("d_head", default: config.headSize) == config.headSize else {
            throw .unsupported(path: keys.path, key: "d_head", value: "not 'd_model' / 'n_head'", supported: ["\(config.headSize)"])
        }
        let attention = XLNetAttention(config: config, positions: positions, clampLength: try keys.integer("clamp_len", default: -1))
        let summary = try SequenceSummary(keys, config, default: "last", activation: "tanh")
        return try reading { () throws(CheckpointError) in
            let prefix = checkpoint.prefix(["transformer.", ""], of: "word_embedding.weight")
            let words = prefix + "word_embedding.weight"
            let embeddings = EncoderEmbeddings(
                wordEmbeddings: try checkpoint.table(words, rows: config.vocabSize, columns: config.hiddenSize))
            checkpoint.ignore(prefix + "mask_emb")
            var layers: [EncoderLayer] = []
            for index in 0..<config.numHiddenLayers {
                layers.append(try attention.layer("\(prefix)layer.\(index)", &checkpoint, options))
            }
            let heads = try heads(config, words, summary, &checkpoint, options)
            return EncoderModel(
                config, embeddings: embeddings, layers: layers, heads: heads, embedder: options.embedder, typeVocabularySize: segments,
                positions: positions, checkpoint)
        }
    }

    private static func heads(
        _ config: EncoderConfig, _ words: String, _ summary: SequenceSummary, _ checkpoint: inout Checkpoint, _ options: LoadOptions
    ) throws(CheckpointError) -> [Head] {
        let reader = HeadReader(config: config, options: options)
        switch headName(config) {
        case "ForSequenceClassification":
            let steps = try summary.steps(reader, outputs: nil, &checkpoint)
            let output = try reader.output("logits_proj", outputs: config.labels.names.count, &checkpoint)
            return [Head(task: .sequenceClassification, input: summary.input, steps: steps + [output], labels: config.labels)]
        case "LMHeadModel":
            let names = HeadReader.MaskedLanguageModelNames(biases: ["lm_loss.bias"], decoder: "lm_loss")
            return try reader.maskedLanguageModel(names, embeddings: words, &checkpoint)
        case let name: return try reader.plainHead(name, &checkpoint)
        }
    }
}
