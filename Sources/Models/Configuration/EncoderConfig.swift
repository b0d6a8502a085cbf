import Tensors

/// What every family's config.json says: sizes, activation, labels. The keys' names and defaults are the family's.
struct EncoderConfig: Sendable {
    /// The names under which a family keeps what all have; nil for what its config.json does not say.
    struct Names {
        var hiddenSize = "hidden_size"
        var numHiddenLayers = "num_hidden_layers"
        var numAttentionHeads = "num_attention_heads"
        var intermediateSize: String? = "intermediate_size"
        var hiddenAct: String? = "hidden_act"
        var layerNormEps: String? = "layer_norm_eps"
        var maxPositionEmbeddings: String? = "max_position_embeddings"
    }

    /// The reference's, where a file says nothing.
    struct Defaults {
        var vocabSize = 30522
        var hiddenSize = 768
        var numHiddenLayers = 12
        var numAttentionHeads = 12
        var intermediateSize = 3072
        var hiddenAct = "gelu"
        var layerNormEps: Float = 1e-12
        var maxPositionEmbeddings = 512
    }

    let path: String
    let modelType: String
    /// Nil where the file names none: a bare encoder.
    let architecture: String?
    let vocabSize: Int
    let hiddenSize: Int
    let numHiddenLayers: Int
    let numAttentionHeads: Int
    let intermediateSize: Int
    let activation: Activation
    let layerNormEps: Float
    let maxPositionEmbeddings: Int
    /// Of a classification head.
    let labels: SequenceClassificationLabels

    var headSize: Int { hiddenSize / numAttentionHeads }

    /// - Throws: `ModelError` for sizes that can't be, and for what no forward pass here does.
    init(_ keys: ConfigKeys, names: Names = Names(), defaults: Defaults = Defaults()) throws(ModelError) {
        path = keys.path
        modelType = try keys.string("model_type", default: "")
        architecture = try keys.strings("architectures")?.first
        vocabSize = try keys.size("vocab_size", default: defaults.vocabSize)
        hiddenSize = try keys.size(names.hiddenSize, default: defaults.hiddenSize)
        numHiddenLayers = try keys.size(names.numHiddenLayers, default: defaults.numHiddenLayers)
        numAttentionHeads = try keys.size(names.numAttentionHeads, default: defaults.numAttentionHeads)
        intermediateSize = try keys.size(names.intermediateSize, default: defaults.intermediateSize)
        activation = try keys.activation(names.hiddenAct, default: defaults.hiddenAct)
        layerNormEps = try keys.epsilon(names.layerNormEps, default: defaults.layerNormEps)
        maxPositionEmbeddings = try keys.size(names.maxPositionEmbeddings, default: defaults.maxPositionEmbeddings)
        guard numHiddenLayers <= 1 << 12 else {
            throw .inconsistent(path: path, reason: "'\(names.numHiddenLayers)' is \(numHiddenLayers), but must be at most \(1 << 12)")
        }
        guard hiddenSize % numAttentionHeads == 0 else {
            throw .inconsistent(
                path: path, reason: "'\(names.hiddenSize)' \(hiddenSize) is not a multiple of '\(names.numAttentionHeads)' \(numAttentionHeads)")
        }
        labels = try SequenceClassificationLabels(keys)
        try keys.require("is_decoder", false, default: false)
        try keys.require("add_cross_attention", false, default: false)
    }
}

extension SequenceClassificationLabels {
    /// `id2label`, else `num_labels`, and `problem_type`.
    init(_ keys: ConfigKeys) throws(ModelError) {
        let count = try keys.optionalInteger("num_labels")
        if let count, !(1...(1 << 16)).contains(count) {
            throw .inconsistent(path: keys.path, reason: "'num_labels' is \(count), but must be between 1 and \(1 << 16)")
        }
        var problemType: ProblemType?
        if let name = try keys.optionalString("problem_type") {
            problemType = ProblemType(rawValue: name)
            guard problemType != nil else {
                let known = ProblemType.allCases.map(\.rawValue).joined(separator: ", ")
                throw .inconsistent(path: keys.path, reason: "'problem_type': '\(name)' is none of \(known)")
            }
        }
        guard let labels = SequenceClassificationLabels(
            id2label: try keys.stringsByName("id2label"), count: count, problemType: problemType)
        else {
            throw .inconsistent(path: keys.path, reason: "'id2label' must name the outputs 0, 1, 2 and so on")
        }
        self = labels
    }
}
