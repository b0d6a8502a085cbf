import Checkpoints
import Tensors

/// ELECTRA (Clark et al., arXiv 2003.10555): BERT with narrower embeddings; the discriminator, and the generator that made its examples.
enum Electra: Family {
    static let modelTypes = ["electra"]
    static let classNames = ["Electra"]
    static let headNames = [
        "Model", "ForSequenceClassification", "ForTokenClassification", "ForQuestionAnswering", "ForMaskedLM", "ForPreTraining",
    ]

    static func load(_ keys: ConfigKeys, _ checkpoint: inout Checkpoint, _ options: LoadOptions) throws(ModelError) -> EncoderModel {
        let config = try EncoderConfig(keys, defaults: .init(hiddenSize: 256, numAttentionHeads: 4, intermediateSize: 1024))
        let embeddingSize = try keys.size("embedding_size", default: 128)
        let typeVocabSize = try keys.size("type_vocab_size", default: 2)
        try keys.require("position_embedding_type", oneOf: ["absolute"], default: "absolute")
        return try reading { () throws(CheckpointError) in
            let prefix = checkpoint.prefix(["electra.", ""], of: "embeddings.word_embeddings.weight")
            var embeddings = try EncoderEmbeddings(
                bert: prefix + "embeddings", config, width: embeddingSize, typeVocabSize: typeVocabSize, &checkpoint)
            if embeddingSize != config.hiddenSize {
                embeddings.projection = try checkpoint.linear(
                    prefix + "embeddings_project", inputs: embeddingSize, outputs: config.hiddenSize, options)
            }
            let reader = LayerReader(config: config, options: options)
            let layers = try reader.layers(&checkpoint) { LayerNames(bert: "\(prefix)encoder.layer.\($0)") }
            let heads = try heads(config, prefix, embeddingSize: embeddingSize, &checkpoint, options)
            return EncoderModel(
                config, embeddings: embeddings, layers: layers, heads: heads, embedder: options.embedder, typeVocabularySize: typeVocabSize,
                positions: config.maxPositionEmbeddings, checkpoint)
        }
    }

    private static func heads(
        _ config: EncoderConfig, _ prefix: String, embeddingSize: Int, _ checkpoint: inout Checkpoint, _ options: LoadOptions
    ) throws(CheckpointError) -> [Head] {
        let reader = HeadReader(config: config, options: options)
        switch headName(config) {
        case "ForSequenceClassification":
            let dense = try reader.dense("classifier.dense", .gelu, &checkpoint)
            return [try reader.sequenceClassification(named: "classifier.out_proj", behind: dense, &checkpoint)]
        case "ForMaskedLM":
            let names = HeadReader.MaskedLanguageModelNames(
                dense: "generator_predictions.dense", layerNorm: "generator_predictions.LayerNorm", biases: ["generator_lm_head.bias"],
                decoder: "generator_lm_head")
            return try reader.maskedLanguageModel(
                names, embeddings: prefix + "embeddings.word_embeddings.weight", embeddingSize: embeddingSize, activation: .gelu, &checkpoint)
        case "ForPreTraining":
            let dense = try reader.dense("discriminator_predictions.dense", config.activation, &checkpoint)
            let output = try reader.output("discriminator_predictions.dense_prediction", outputs: 1, &checkpoint)
            return [Head(task: .replacedTokenDetection, input: .each, steps: [dense, output])]
        case let name: return try reader.plainHead(name, &checkpoint)
        }
    }
}
