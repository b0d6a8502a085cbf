import Checkpoints
import Tensors

/// BigBird (Zaheer et al., arXiv 2007.14062): BERT that looks, in long texts, at the first and last block and at its neighbours.
enum BigBird: Family {
    static let modelTypes = ["big_bird"]
    static let classNames = ["BigBird"]
    static let headNames = [
        "Model", "ForSequenceClassification", "ForTokenClassification", "ForQuestionAnswering", "ForMaskedLM", "ForPreTraining",
    ]

    static func load(_ keys: ConfigKeys, _ checkpoint: inout Checkpoint, _ options: LoadOptions) throws(ModelError) -> EncoderModel {
        let config = try EncoderConfig(
            keys, defaults: .init(vocabSize: 50358, hiddenAct: "gelu_new", maxPositionEmbeddings: 4096))
        let typeVocabSize = try keys.size("type_vocab_size", default: 2)
        let hasBias = try keys.bool("use_bias", default: true), rescales = try keys.bool("rescale_embeddings", default: false)
        let sparsity = try BigBirdSparsity(keys, config)
        let separatorID = try keys.integer("sep_token_id", default: 66)
        return try reading { () throws(CheckpointError) in
            let prefix = checkpoint.prefix(["bert.", ""], of: "embeddings.word_embeddings.weight")
            let embeddings = try EncoderEmbeddings(
                bert: prefix + "embeddings", config, typeVocabSize: typeVocabSize,
                scale: rescales ? Float(config.hiddenSize).squareRoot() : 1, &checkpoint)
            let reader = LayerReader(config: config, options: options)
            let layers = try reader.layers(sparsity: sparsity, &checkpoint) { index in
                var names = LayerNames(bert: "\(prefix)encoder.layer.\(index)")
                if !hasBias { names.biases.remove(.queryKeyValue) }
                return names
            }
            let heads = try heads(config, prefix, separatorID: Int32(clamping: separatorID), &checkpoint, options)
            return EncoderModel(
                config, embeddings: embeddings, layers: layers, heads: heads, embedder: options.embedder, typeVocabularySize: typeVocabSize,
                positions: config.maxPositionEmbeddings, checkpoint)
        }
    }

    private static func heads(
        _ config: EncoderConfig, _ prefix: String, separatorID: Int32, _ checkpoint: inout Checkpoint, _ options: LoadOptions
    ) throws(CheckpointError) -> [Head] {
        let reader = HeadReader(config: config, options: options)
        let words = prefix + "embeddings.word_embeddings.weight"
        switch headName(config) {
        case "ForSequenceClassification":
            let dense = try reader.dense("classifier.dense", config.activation, &checkpoint)
            return [try reader.sequenceClassification(named: "classifier.out_proj", behind: dense, &checkpoint)]
        case "ForQuestionAnswering": return [try questionAnswering(config, separatorID: separatorID, &checkpoint, options)]
        case "ForMaskedLM": return try reader.maskedLanguageModel(.bert, embeddings: words, &checkpoint)
        case "ForPreTraining":
            let pooler = try reader.dense(prefix + "pooler", .tanh, &checkpoint)
            let nextSentence = try reader.nextSentence("cls.seq_relationship", behind: pooler, &checkpoint)
            return try reader.maskedLanguageModel(.bert, embeddings: words, &checkpoint) + [nextSentence]
        case let name: return try reader.plainHead(name, &checkpoint)
        }
    }

    /// A feed-forward network of its own, then start and end; never inside of the question.
    private static func questionAnswering(
        _ config: EncoderConfig, separatorID: Int32, _ checkpoint: inout Checkpoint, _ options: LoadOptions
    ) throws(CheckpointError) -> Head {
        let width = config.hiddenSize, inner = config.intermediateSize
        let intermediate = try checkpoint.linear("qa_classifier.intermediate.dense", inputs: width, outputs: inner, options.exact)
        let output = try checkpoint.linear("qa_classifier.output.dense", inputs: inner, outputs: width, options.exact)
        let norm = try checkpoint.layerNorm("qa_classifier.output.LayerNorm", count: width, epsilon: config.layerNormEps)
        return Head(
            task: .questionAnswering, input: .each,
            steps: [
                Head.Step(linear: intermediate, activation: config.activation),
                Head.Step(linear: output, addsHeadInput: true, norm: norm),
                Head.Step(linear: try checkpoint.linear("qa_classifier.qa_outputs", inputs: width, outputs: 2, options.exact)),
            ],
            questionSeparatorID: separatorID)
    }
}
