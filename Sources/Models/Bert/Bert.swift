import Checkpoints
import Tensors

/// BERT (Devlin et al., arXiv 1810.04805).
enum Bert: Family {
    static let modelTypes = ["bert"]
    static let architectures = [
        "BertModel", "BertForSequenceClassification", "BertForTokenClassification", "BertForQuestionAnswering", "BertForMaskedLM",
        "BertForNextSentencePrediction", "BertForPreTraining",
    ]

    static func load(_ keys: ConfigKeys, _ checkpoint: inout Checkpoint, _ options: LoadOptions) throws(ModelError) -> EncoderModel {
        let config = try EncoderConfig(keys)
        let typeVocabSize = try keys.size("type_vocab_size", default: 2)
        try keys.require("position_embedding_type", oneOf: ["absolute"], default: "absolute")
        return try reading { () throws(CheckpointError) in
            let prefix = checkpoint.prefix(["bert.", ""], of: "embeddings.word_embeddings.weight")
            let embeddings = try BertLayout.embeddings(prefix + "embeddings", config, typeVocabSize: typeVocabSize, &checkpoint)
            var layers: [EncoderLayer] = []
            for index in 0..<config.numHiddenLayers {
                layers.append(try BertLayout.layer("\(prefix)encoder.layer.\(index)", config, &checkpoint, options))
            }
            return EncoderModel(
                config, embeddings: embeddings, layers: layers,
                heads: try heads(config, prefix, &checkpoint, options), embedder: options.embedder,
                typeVocabularySize: typeVocabSize, positions: config.maxPositionEmbeddings, checkpoint)
        }
    }

    private static func heads(
        _ config: EncoderConfig, _ prefix: String, _ checkpoint: inout Checkpoint, _ options: LoadOptions
    ) throws(CheckpointError) -> [Head] {
        let reader = HeadReader(config: config, options: options)
        func pooler(_ checkpoint: inout Checkpoint) throws(CheckpointError) -> Head.Step {
            try reader.dense(prefix + "pooler.dense", .tanh, &checkpoint)
        }
        func maskedLanguageModel(_ checkpoint: inout Checkpoint) throws(CheckpointError) -> Head? {
            try reader.maskedLanguageModel(
                BertLayout.maskedLanguageModel("cls.predictions"), embeddings: prefix + "embeddings.word_embeddings.weight",
                embeddingSize: config.hiddenSize, activation: config.activation, &checkpoint)
        }
        switch config.architecture {
        case "BertForSequenceClassification": return [try reader.sequenceClassification(behind: pooler(&checkpoint), &checkpoint)]
        case "BertForTokenClassification": return [try reader.tokenClassification(&checkpoint)]
        case "BertForQuestionAnswering": return [try reader.questionAnswering(&checkpoint)]
        case "BertForMaskedLM": return [try maskedLanguageModel(&checkpoint)].compactMap(\.self)
        case "BertForNextSentencePrediction":
            return [try reader.nextSentence("cls.seq_relationship", behind: pooler(&checkpoint), &checkpoint)]
        case "BertForPreTraining":
            guard let maskedLanguageModel = try maskedLanguageModel(&checkpoint) else { return [] }
            return [maskedLanguageModel, try reader.nextSentence("cls.seq_relationship", behind: pooler(&checkpoint), &checkpoint)]
        default: return []
        }
    }
}
