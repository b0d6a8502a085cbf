import Checkpoints
import Tensors

/// MPNet (Song et al., arXiv 2004.09297): RoBERTa without segments, with a bias by relative position that all layers share.
enum MPNet: Family {
    static let modelTypes = ["mpnet"]
    static let classNames = ["MPNet"]
    static let headNames = ["Model", "ForSequenceClassification", "ForTokenClassification", "ForQuestionAnswering", "ForMaskedLM"]

    static func load(_ keys: ConfigKeys, _ checkpoint: inout Checkpoint, _ options: LoadOptions) throws(ModelError) -> EncoderModel {
        let config = try EncoderConfig(keys, defaults: .init(vocabSize: 30527))
        // The reference has the padding token's number and that of the buckets in its code.
        let positions = try PositionsBehindPadding(keys, config, paddingID: 1)
        guard try keys.integer("relative_attention_num_buckets", default: RelativeBuckets.count) == RelativeBuckets.count else {
            throw .unsupported(
                path: keys.path, key: "relative_attention_num_buckets", value: "another number", supported: ["\(RelativeBuckets.count)"])
        }
        return try reading { () throws(CheckpointError) in
            let prefix = checkpoint.prefix(["mpnet.", ""], of: "embeddings.word_embeddings.weight")
            let embeddings = try EncoderEmbeddings(
                bert: prefix + "embeddings", config, typeVocabSize: 0, positions: positions.rule, &checkpoint)
            let buckets = try checkpoint.tensor(
                prefix + "encoder.relative_attention_bias.weight", shape: [RelativeBuckets.count, config.numAttentionHeads])
            let bias = try RelativeBuckets.bias(buckets, heads: config.numAttentionHeads, headSize: config.headSize, positions: positions.count)
            let form = AttentionForm(
                heads: config.numAttentionHeads, headSize: config.headSize, relative: RelativeAttention(positions: positions.count, bias: bias))
            let reader = LayerReader(config: config, options: options)
            let layers = try reader.layers(form: form, &checkpoint) { index in
                let name = "\(prefix)encoder.layer.\(index)"
                var names = LayerNames(bert: name)
                names.queryKeyValue = ["q", "k", "v"].map { "\(name).attention.attn.\($0)" }
                names.attentionOutput = name + ".attention.attn.o"
                names.attentionNorm = name + ".attention.LayerNorm"
                return names
            }
            let words = prefix + "embeddings.word_embeddings.weight"
            return EncoderModel(
                config, embeddings: embeddings, layers: layers,
                heads: try Roberta.heads(headName(config), config, words: words, &checkpoint, options), embedder: options.embedder,
                typeVocabularySize: 0, positions: positions.count, checkpoint)
        }
    }
}
