import Checkpoints
import Tensors

/// ALBERT (Lan et al., arXiv 1909.11942): narrow embeddings, and layers that share their weights in groups.
enum Albert: Family {
    static let modelTypes = ["albert"]
    static let classNames = ["Albert"]
    static let headNames = [
        "Model", "ForSequenceClassification", "ForTokenClassification", "ForQuestionAnswering", "ForMaskedLM", "ForPreTraining",
    ]

    static func load(_ keys: ConfigKeys, _ checkpoint: inout Checkpoint, _ options: LoadOptions) throws(ModelError) -> EncoderModel {
        let config = try EncoderConfig(
            keys, defaults: .init(vocabSize: 30000, hiddenSize: 4096, numAttentionHeads: 64, intermediateSize: 16384, hiddenAct: "gelu_new"))
        let embeddingSize = try keys.size("embedding_size", default: 128)
        let typeVocabSize = try keys.size("type_vocab_size", default: 2)
        let groupCount = try keys.size("num_hidden_groups", default: 1), innerCount = try keys.size("inner_group_num", default: 1)
        try keys.require("position_embedding_type", oneOf: ["absolute"], default: "absolute")
        guard innerCount <= 1 << 8 else {
            throw .inconsistent(path: keys.path, reason: "'inner_group_num' is \(innerCount), but must be at most \(1 << 8)")
        }
        guard groupCount <= config.numHiddenLayers else {
            throw .inconsistent(path: keys.path, reason: "'num_hidden_groups' \(groupCount) is more than 'num_hidden_layers' \(config.numHiddenLayers)")
        }
        return try reading { () throws(CheckpointError) in
            let prefix = checkpoint.prefix(["albert.", ""], of: "embeddings.word_embeddings.weight")
            var embeddings = try EncoderEmbeddings(
                bert: prefix + "embeddings", config, width: embeddingSize, typeVocabSize: typeVocabSize, &checkpoint)
            embeddings.projection = try checkpoint.linear(
                prefix + "encoder.embedding_hidden_mapping_in", inputs: embeddingSize, outputs: config.hiddenSize, options)
            var groups: [[EncoderLayer]] = []
            for group in 0..<groupCount {
                groups.append(try self.group("\(prefix)encoder.albert_layer_groups.\(group)", count: innerCount, config, &checkpoint, options))
            }
            let layers = (0..<config.numHiddenLayers).flatMap { groups[$0 * groupCount / config.numHiddenLayers] }
            return EncoderModel(
                config, embeddings: embeddings, layers: layers,
                heads: try heads(config, prefix, embeddingSize: embeddingSize, &checkpoint, options), embedder: options.embedder,
                typeVocabularySize: typeVocabSize, positions: config.maxPositionEmbeddings, checkpoint)
        }
    }

    /// Layers that follow one another wherever the group comes.
    private static func group(
        _ name: String, count: Int, _ config: EncoderConfig, _ checkpoint: inout Checkpoint, _ options: LoadOptions
    ) throws(CheckpointError) -> [EncoderLayer] {
        let reader = LayerReader(config: config, options: options)
        var layers: [EncoderLayer] = []
        for index in 0..<count {
            let layer = "\(name).albert_layers.\(index)"
            let names = LayerNames(
                queryKeyValue: ["query", "key", "value"].map { "\(layer).attention.\($0)" }, attentionOutput: layer + ".attention.dense",
                attentionNorm: layer + ".attention.LayerNorm", intermediate: [layer + ".ffn"], output: layer + ".ffn_output",
                outputNorm: layer + ".full_layer_layer_norm")
            layers.append(try reader.layer(names, &checkpoint))
        }
        return layers
    }

    private static func heads(
        _ config: EncoderConfig, _ prefix: String, embeddingSize: Int, _ checkpoint: inout Checkpoint, _ options: LoadOptions
    ) throws(CheckpointError) -> [Head] {
        let reader = HeadReader(config: config, options: options)
        func pooler(_ checkpoint: inout Checkpoint) throws(CheckpointError) -> Head.Step {
            try reader.dense(prefix + "pooler", .tanh, &checkpoint)
        }
        func maskedLanguageModel(_ checkpoint: inout Checkpoint) throws(CheckpointError) -> [Head] {
            let names = HeadReader.MaskedLanguageModelNames(
                dense: "predictions.dense", layerNorm: "predictions.LayerNorm", biases: ["predictions.decoder.bias", "predictions.bias"],
                decoder: "predictions.decoder")
            return try reader.maskedLanguageModel(
                names, embeddings: prefix + "embeddings.word_embeddings.weight", embeddingSize: embeddingSize, &checkpoint)
        }
        switch headName(config) {
        case "ForSequenceClassification": return [try reader.sequenceClassification(behind: pooler(&checkpoint), &checkpoint)]
        case "ForMaskedLM": return try maskedLanguageModel(&checkpoint)
        case "ForPreTraining":
            let order = Head(
                task: .nextSentence, input: .first,
                steps: [
                    try pooler(&checkpoint),
                    try reader.output("sop_classifier.classifier", outputs: config.labels.names.count, &checkpoint),
                ])
            return try maskedLanguageModel(&checkpoint) + [order]
        case let name: return try reader.plainHead(name, &checkpoint)
        }
    }
}
