import Checkpoints
import Tensors

/// ModernBERT (Warner et al., arXiv 2412.13663): norms before attention and feed-forward network, rotary positions, gated linear units, and
/// layers that look at a window between those that look at everything.
enum ModernBert: Family {
    static let modelTypes = ["modernbert"]
    static let classNames = ["ModernBert"]
    static let headNames = ["Model", "ForSequenceClassification", "ForTokenClassification", "ForQuestionAnswering", "ForMaskedLM"]

    static func load(_ keys: ConfigKeys, _ checkpoint: inout Checkpoint, _ options: LoadOptions) throws(ModelError) -> EncoderModel {
        let names = EncoderConfig.Names(hiddenAct: "hidden_activation", layerNormEps: "norm_eps")
        let config = try EncoderConfig(
            keys, names: names,
            defaults: .init(vocabSize: 50368, numHiddenLayers: 22, intermediateSize: 1152, layerNormEps: 1e-5, maxPositionEmbeddings: 8192))
        guard config.headSize % 2 == 0 else {
            throw .inconsistent(path: keys.path, reason: "heads of \(config.headSize) columns can't be turned, which takes an even number")
        }
        let positions = min(config.maxPositionEmbeddings, RotaryTable.mostPositions)
        let head = try ModernBertHead(keys, config)
        let normsHaveBias = try keys.bool("norm_bias", default: false)
        var biases: LayerNames.Biases = []
        if try keys.bool("attention_bias", default: false) { biases.formUnion([.queryKeyValue, .attentionOutput]) }
        if try keys.bool("mlp_bias", default: false) { biases.formUnion([.intermediate, .output]) }
        let prefix = checkpoint.prefix(["model.", ""], of: "embeddings.tok_embeddings.weight"), words = prefix + "embeddings.tok_embeddings.weight"
        func norm(_ name: String, _ checkpoint: inout Checkpoint) throws(CheckpointError) -> LayerNorm {
            try checkpoint.layerNorm(prefix + name, count: config.hiddenSize, epsilon: config.layerNormEps, hasBias: normsHaveBias)
        }
        let embeddings = try reading { () throws(CheckpointError) in
            var embeddings = EncoderEmbeddings(
                wordEmbeddings: try checkpoint.table(words, rows: config.vocabSize, columns: config.hiddenSize))
            embeddings.norm = try norm("embeddings.norm", &checkpoint)
            return embeddings
        }
        let pattern = try ModernBertPattern(keys, config, positions: positions)
        return try reading { () throws(CheckpointError) in
            let reader = LayerReader(config: config, options: options)
            var layers: [EncoderLayer] = []
            for index in 0..<config.numHiddenLayers {
                let name = "\(prefix)layers.\(index)"
                let names = LayerNames(
                    queryKeyValue: [name + ".attn.Wqkv"], attentionOutput: name + ".attn.Wo",
                    attentionNorm: index == 0 ? nil : name + ".attn_norm", intermediate: [name + ".mlp.Wi"], output: name + ".mlp.Wo",
                    outputNorm: name + ".mlp_norm", biases: biases, gate: .activatesFirst, normsHaveBias: normsHaveBias)
                let (form, rotary) = pattern.attention(layer: index)
                layers.append(try reader.layer(names, form: form, rotary: rotary, &checkpoint))
            }
            let final = try norm("final_norm", &checkpoint)
            return EncoderModel(
                config, embeddings: embeddings, layers: layers, normPlacement: .pre(final: final),
                heads: try head.read(headName(config), words: words, &checkpoint, options), embedder: options.embedder, typeVocabularySize: 0,
                positions: positions, checkpoint)
        }
    }
}

/// Which layers look at everything and which at a window, and how each turns its heads.
private struct ModernBertPattern {
    private let everything: (form: AttentionForm, rotary: RotaryTable)
    private let window: (form: AttentionForm, rotary: RotaryTable)
    private let looksAtEverything: [Bool]

    init(_ keys: ConfigKeys, _ config: EncoderConfig, positions: Int) throws(ModelError) {
        let width = try keys.size("local_attention", default: 128)
        let rope = try keys.optionalObject("rope_parameters")
        func rotary(_ kind: String, older: String, default fallback: Float) throws(ModelError) -> RotaryTable {
            let parameters = try rope?.optionalObject(kind)
            try parameters?.require("rope_type", oneOf: ["default"], default: "default")
            let older = try keys.float(older, default: fallback)
            let theta = try parameters?.float("rope_theta", default: older) ?? older
            guard theta > 0 else { throw .inconsistent(path: keys.path, reason: "'rope_theta' is \(theta), but must be above 0") }
            return RotaryTable(positions: positions, size: config.headSize, base: theta)
        }
        func form(_ window: Int?) -> AttentionForm {
            AttentionForm(heads: config.numAttentionHeads, headSize: config.headSize, window: window)
        }
        everything = (form(nil), try rotary("full_attention", older: "global_rope_theta", default: 160_000))
        window = (form(width / 2), try rotary("sliding_attention", older: "local_rope_theta", default: 10_000))
        if let types = try keys.strings("layer_types") {
            guard types.count == config.numHiddenLayers, types.allSatisfy({ ["full_attention", "sliding_attention"].contains($0) }) else {
                throw .inconsistent(
                    path: keys.path, reason: "'layer_types' must name full_attention or sliding_attention for each of \(config.numHiddenLayers) layers")
            }
            looksAtEverything = types.map { $0 == "full_attention" }
        } else {
            let every = try keys.size("global_attn_every_n_layers", default: 3)
            looksAtEverything = (0..<config.numHiddenLayers).map { $0 % every == 0 }
        }
    }

    func attention(layer: Int) -> (AttentionForm, RotaryTable) { looksAtEverything[layer] ? everything : window }
}

/// ModernBERT's heads: all go through one dense layer with a LayerNorm.
private struct ModernBertHead {
    private let config: EncoderConfig
    private let input: Head.Input
    private let activation: Activation
    private let denseHasBias: Bool
    private let normHasBias: Bool

    init(_ keys: ConfigKeys, _ config: EncoderConfig) throws(ModelError) {
        self.config = config
        input = try keys.require("classifier_pooling", oneOf: ["cls", "mean"], default: "cls") == "cls" ? .first : .mean
        activation = try keys.activation("classifier_activation", default: "gelu")
        denseHasBias = try keys.bool("classifier_bias", default: false)
        normHasBias = try keys.bool("norm_bias", default: false)
    }

    func read(
        _ name: String, words: String, _ checkpoint: inout Checkpoint, _ options: LoadOptions
    ) throws(CheckpointError) -> [Head] {
        let reader = HeadReader(config: config, options: options)
        if name == "Model" { return [] }
        if name == "ForMaskedLM" {
            var names = HeadReader.MaskedLanguageModelNames(
                dense: "head.dense", layerNorm: "head.norm", biases: ["decoder.bias"], decoder: "decoder")
            names.denseHasBias = denseHasBias
            names.normHasBias = normHasBias
            return try reader.maskedLanguageModel(names, embeddings: words, activation: activation, &checkpoint)
        }
        let dense = Head.Step(
            linear: try checkpoint.linear(
                "head.dense", inputs: config.hiddenSize, outputs: config.hiddenSize, hasBias: denseHasBias, options.exact),
            activation: activation,
            norm: try checkpoint.layerNorm("head.norm", count: config.hiddenSize, epsilon: config.layerNormEps, hasBias: normHasBias))
        switch name {
        case "ForSequenceClassification": return [try reader.sequenceClassification(behind: dense, input: input, &checkpoint)]
        case "ForQuestionAnswering": return [try reader.questionAnswering(named: "classifier", behind: dense, &checkpoint)]
        default: return try reader.plainHead(name, behind: dense, &checkpoint)
        }
    }
}
