import Checkpoints
import Tensors

/// Where a checkpoint keeps a layer's tensors, and what of a layer differs between families.
struct LayerNames {
    /// Which linear layers have a bias.
    struct Biases: OptionSet {
        let rawValue: Int
        static let queryKeyValue = Biases(rawValue: 1)
        static let attentionOutput = Biases(rawValue: 2)
        static let intermediate = Biases(rawValue: 4)
        static let output = Biases(rawValue: 8)
        static let all: Biases = [.queryKeyValue, .attentionOutput, .intermediate, .output]
    }

    /// One linear layer with all queries, all keys and all values, or three.
    var queryKeyValue: [String]
    var attentionOutput: String
    /// Nil where attention reads hidden states as they are.
    var attentionNorm: String?
    /// One linear layer; with a gate one of twice the width, or two.
    var intermediate: [String]
    var output: String
    var outputNorm: String
    var biases = Biases.all
    var gate: FeedForward.Gate?
    /// Whether the LayerNorms have an offset.
    var normsHaveBias = true

    /// BERT's.
    init(bert name: String) {
        queryKeyValue = ["query", "key", "value"].map { "\(name).attention.self.\($0)" }
        attentionOutput = name + ".attention.output.dense"
        attentionNorm = name + ".attention.output.LayerNorm"
        intermediate = [name + ".intermediate.dense"]
        output = name + ".output.dense"
        outputNorm = name + ".output.LayerNorm"
    }

    /// What transformers 5 calls the parts of its encoders with rotary positions.
    init(rotary name: String, intermediate: [String], biases: Biases) {
        self.init(
            queryKeyValue: ["q_proj", "k_proj", "v_proj"].map { "\(name).self_attn.\($0)" }, attentionOutput: name + ".self_attn.o_proj",
            attentionNorm: name + ".post_attention_layernorm", intermediate: intermediate, output: name + ".mlp.down_proj",
            outputNorm: name + ".post_mlp_layernorm", biases: biases, gate: .activatesSecond)
    }

    init(
        queryKeyValue: [String], attentionOutput: String, attentionNorm: String?, intermediate: [String], output: String, outputNorm: String,
        biases: Biases = .all, gate: FeedForward.Gate? = nil, normsHaveBias: Bool = true
    ) {
        self.queryKeyValue = queryKeyValue
        self.attentionOutput = attentionOutput
        self.attentionNorm = attentionNorm
        self.intermediate = intermediate
        self.output = output
        self.outputNorm = outputNorm
        self.biases = biases
        self.gate = gate
        self.normsHaveBias = normsHaveBias
    }
}

/// What reads a model's layers.
struct LayerReader {
    let config: EncoderConfig
    let options: LoadOptions

    private var hiddenSize: Int { config.hiddenSize }

    /// All layers of a model in which they differ by their names alone.
    /// - Parameter names: of the layer with a number.
    func layers(
        form: AttentionForm? = nil, rotary: RotaryTable? = nil, sparsity: (any AttentionSparsity)? = nil, _ checkpoint: inout Checkpoint,
        names: (Int) -> LayerNames
    ) throws(CheckpointError) -> [EncoderLayer] {
        var layers: [EncoderLayer] = []
        for index in 0..<config.numHiddenLayers {
            layers.append(try layer(names(index), form: form, rotary: rotary, sparsity: sparsity, &checkpoint))
        }
        return layers
    }

    /// - Parameters:
    ///   - form: nil means plain attention.
    func layer(
        _ names: LayerNames, form: AttentionForm? = nil, rotary: RotaryTable? = nil, sparsity: (any AttentionSparsity)? = nil,
        _ checkpoint: inout Checkpoint
    ) throws(CheckpointError) -> EncoderLayer {
        let queryKeyValue = try checkpoint.linear(
            names.queryKeyValue, inputs: hiddenSize, outputs: 3 * hiddenSize / names.queryKeyValue.count,
            hasBias: names.biases.contains(.queryKeyValue), options)
        return try layer(names, queryKeyValue: queryKeyValue, form: form, rotary: rotary, sparsity: sparsity, &checkpoint)
    }

    /// The same around queries, keys and values that the family has read in its own way.
    func layer(
        _ names: LayerNames, queryKeyValue: Linear, form: AttentionForm? = nil, rotary: RotaryTable? = nil,
        sparsity: (any AttentionSparsity)? = nil, _ checkpoint: inout Checkpoint
    ) throws(CheckpointError) -> EncoderLayer {
        let output = try checkpoint.linear(
            names.attentionOutput, inputs: hiddenSize, outputs: hiddenSize, hasBias: names.biases.contains(.attentionOutput), options)
        let attention = EncoderAttention(
            queryKeyValue: queryKeyValue, output: output, form: form ?? AttentionForm(heads: config.numAttentionHeads, headSize: config.headSize),
            rotary: rotary, sparsity: sparsity)
        let inner = config.intermediateSize, halves = names.gate == nil ? 1 : 2
        return EncoderLayer(
            attention: attention,
            attentionNorm: try names.attentionNorm.map { name throws(CheckpointError) in try norm(name, names, &checkpoint) },
            feedForward: FeedForward(
                intermediate: try checkpoint.linear(
                    names.intermediate, inputs: hiddenSize, outputs: halves * inner / names.intermediate.count,
                    hasBias: names.biases.contains(.intermediate), options),
                activation: config.activation, gate: names.gate,
                output: try checkpoint.linear(
                    names.output, inputs: inner, outputs: hiddenSize, hasBias: names.biases.contains(.output), options)),
            feedForwardNorm: try norm(names.outputNorm, names, &checkpoint))
    }

    private func norm(_ name: String, _ names: LayerNames, _ checkpoint: inout Checkpoint) throws(CheckpointError) -> LayerNorm {
        try checkpoint.layerNorm(name, count: hiddenSize, epsilon: config.layerNormEps, hasBias: names.normsHaveBias)
    }
}
