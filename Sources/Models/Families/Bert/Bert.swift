import Checkpoints
import Tensors

/// BERT (Devlin et al., arXiv 1810.04805).
enum Bert: Family {
    static let modelTypes = ["bert"]
    static let classNames = ["Bert"]
    static let headNames = [
        "Model", "ForSequenceClassification", "ForTokenClassification", "ForQuestionAnswering", "ForMaskedLM", "ForNextSentencePrediction",
        "ForPreTraining",
    ]

    static func load(_ keys: ConfigKeys, _ checkpoint: inout Checkpoint, _ options: LoadOptions) throws(ModelError) -> EncoderModel {
        let config = try EncoderConfig(keys)
        let typeVocabSize = try keys.size("type_vocab_size", default: 2)
        try keys.require("position_embedding_type", oneOf: ["absolute"], default: "absolute")
        return try reading { () throws(CheckpointError) in
            let prefix = checkpoint.prefix(["bert.", ""], of: "embeddings.word_embeddings.weight")
            let embeddings = try EncoderEmbeddings(bert: prefix + "embeddings", config, typeVocabSize: typeVocabSize, &checkpoint)
            let reader = LayerReader(config: config, options: options)
            let layers = try reader.layers(&checkpoint) { LayerNames(bert: "\(prefix)encoder.layer.\($0)") }
            return EncoderModel(
                config, embeddings: embeddings, layers: layers, heads: try heads(config, prefix, &checkpoint, options),
                embedder: options.embedder, typeVocabularySize: typeVocabSize, positions: config.maxPositionEmbeddings, checkpoint)
        }
    }

    private static func heads(
        _ config: EncoderConfig, _ prefix: String, _ checkpoint: inout Checkpoint, _ options: LoadOptions
    ) throws(CheckpointError) -> [Head] {
        let reader = HeadReader(config: config, options: options)
        func pooler(_ checkpoint: inout Checkpoint) throws(CheckpointError) -> Head.Step {
            try reader.dense(prefix + "pooler.dense", .tanh, &checkpoint)
        }
        let words = prefix + "embeddings.word_embeddings.weight"
        switch headName(config) {
        case "ForSequenceClassification": return [try reader.sequenceClassification(behind: pooler(&checkpoint), &checkpoint)]
        case "ForMaskedLM": return try reader.maskedLanguageModel(.bert, embeddings: words, &checkpoint)
        case "ForNextSentencePrediction":
            return [try reader.nextSentence("cls.seq_relationship", behind: pooler(&checkpoint), &checkpoint)]
        case "ForPreTraining":
            let nextSentence = try reader.nextSentence("cls.seq_relationship", behind: pooler(&checkpoint), &checkpoint)
            return try reader.maskedLanguageModel(.bert, embeddings: words, &checkpoint) + [nextSentence]
        case let name: return try reader.plainHead(name, &checkpoint)
        }
    }
}

extension HeadReader.MaskedLanguageModelNames {
    static let bert = Self(
        dense: "cls.predictions.transform.dense", layerNorm: "cls.predictions.transform.LayerNorm",
        biases: ["cls.predictions.decoder.bias", "cls.predictions.bias"], decoder: "cls.predictions.decoder")
}

extension EncoderEmbeddings {
    /// BERT's: `NAME.word_embeddings`, `.position_embeddings`, `.token_type_embeddings` and `.LayerNorm`.
    /// - Parameters:
    ///   - width: of the embeddings; nil means the layers'.
    ///   - typeVocabSize: 0 where there are no segments.
    ///   - scale: of the word embeddings.
    init(
        bert name: String, _ config: EncoderConfig, width: Int? = nil, typeVocabSize: Int, hasPositions: Bool = true,
        positions: Positions = .fromZero, scale: Float = 1, _ checkpoint: inout Checkpoint
    ) throws(CheckpointError) {
        let columns = width ?? config.hiddenSize
        self.init(wordEmbeddings: try checkpoint.table(name + ".word_embeddings.weight", rows: config.vocabSize, columns: columns, scale: scale))
        if hasPositions {
            positionEmbeddings = try checkpoint.table(name + ".position_embeddings.weight", rows: config.maxPositionEmbeddings, columns: columns)
        }
        self.positions = positions
        if typeVocabSize > 0 {
            tokenTypeEmbeddings = try checkpoint.table(name + ".token_type_embeddings.weight", rows: typeVocabSize, columns: columns)
        }
        norm = try checkpoint.layerNorm(name + ".LayerNorm", count: columns, epsilon: config.layerNormEps)
        checkpoint.ignore(name + ".position_ids")
    }
}
