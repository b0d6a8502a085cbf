import Checkpoints
import Tensors

/// The keys of a BERT's config.json that its forward pass depends on, with the reference's defaults.
///
/// BERT: Devlin et al., arXiv 1810.04805.
public struct BertConfig: Sendable, Decodable {
    public var architectures: [String]?
    public var vocabSize = 30522
    public var hiddenSize = 768
    public var numHiddenLayers = 12
    public var numAttentionHeads = 12
    public var intermediateSize = 3072
    public var hiddenAct = "gelu"
    public var maxPositionEmbeddings = 512
    public var typeVocabSize = 2
    public var layerNormEps: Float = 1e-12
    public var positionEmbeddingType = "absolute"
    public var isDecoder = false
    public var id2label: [String: String]?
    public var numLabels: Int?
    public var problemType: ProblemType?

    enum CodingKeys: String, CodingKey {
        case architectures, id2label
        case vocabSize = "vocab_size"
        case hiddenSize = "hidden_size"
        case numHiddenLayers = "num_hidden_layers"
        case numAttentionHeads = "num_attention_heads"
        case intermediateSize = "intermediate_size"
        case hiddenAct = "hidden_act"
        case maxPositionEmbeddings = "max_position_embeddings"
        case typeVocabSize = "type_vocab_size"
        case layerNormEps = "layer_norm_eps"
        case positionEmbeddingType = "position_embedding_type"
        case isDecoder = "is_decoder"
        case numLabels = "num_labels"
        case problemType = "problem_type"
    }

    public init() {}

    public init(from decoder: any Decoder) throws {
        let keys = try decoder.container(keyedBy: CodingKeys.self)
        func read<Value: Decodable>(_ key: CodingKeys, into value: inout Value) throws {
            value = try keys.decodeIfPresent(Value.self, forKey: key) ?? value
        }
        architectures = try keys.decodeIfPresent([String].self, forKey: .architectures)
        try read(.vocabSize, into: &vocabSize)
        try read(.hiddenSize, into: &hiddenSize)
        try read(.numHiddenLayers, into: &numHiddenLayers)
        try read(.numAttentionHeads, into: &numAttentionHeads)
        try read(.intermediateSize, into: &intermediateSize)
        try read(.hiddenAct, into: &hiddenAct)
        try read(.maxPositionEmbeddings, into: &maxPositionEmbeddings)
        try read(.typeVocabSize, into: &typeVocabSize)
        try read(.layerNormEps, into: &layerNormEps)
        try read(.positionEmbeddingType, into: &positionEmbeddingType)
        try read(.isDecoder, into: &isDecoder)
        id2label = try keys.decodeIfPresent([String: String].self, forKey: .id2label)
        numLabels = try keys.decodeIfPresent(Int.self, forKey: .numLabels)
        if let name = try keys.decodeIfPresent(String.self, forKey: .problemType) {
            problemType = ProblemType(rawValue: name)
            guard problemType != nil else {
                let known = ProblemType.allCases.map(\.rawValue).joined(separator: ", ")
                throw DecodingError.dataCorruptedError(
                    forKey: .problemType, in: keys, debugDescription: "'\(name)' is none of \(known)")
            }
        }
    }

    public var headSize: Int { hiddenSize / numAttentionHeads }

    /// - Throws: `ModelError` for what this forward pass does not do and for sizes that can't be.
    func validate(path: String) throws(ModelError) {
        let sizes = [
            ("vocab_size", vocabSize), ("hidden_size", hiddenSize), ("num_hidden_layers", numHiddenLayers),
            ("num_attention_heads", numAttentionHeads), ("intermediate_size", intermediateSize),
            ("max_position_embeddings", maxPositionEmbeddings), ("type_vocab_size", typeVocabSize),
        ]
        for (key, size) in sizes where size < 1 || size > 1 << 24 {
            throw .inconsistent(path: path, reason: "'\(key)' is \(size), but must be between 1 and \(1 << 24)")
        }
        guard hiddenSize % numAttentionHeads == 0 else {
            throw .inconsistent(path: path, reason: "'hidden_size' \(hiddenSize) is not a multiple of 'num_attention_heads' \(numAttentionHeads)")
        }
        if let numLabels, !(1...(1 << 16)).contains(numLabels) {
            throw .inconsistent(path: path, reason: "'num_labels' is \(numLabels), but must be between 1 and \(1 << 16)")
        }
        guard layerNormEps.isFinite, layerNormEps >= 0 else {
            throw .inconsistent(path: path, reason: "'layer_norm_eps' is \(layerNormEps), but must not be negative")
        }
        guard positionEmbeddingType == "absolute" else {
            throw .unsupported(path: path, key: "position_embedding_type", value: "'\(positionEmbeddingType)'", supported: ["absolute"])
        }
        guard !isDecoder else {
            throw .unsupported(path: path, key: "is_decoder", value: "true", supported: ["false"])
        }
    }

    /// `hidden_act` under the reference's names.
    func activation(path: String) throws(ModelError) -> Activation {
        switch hiddenAct {
        case "gelu", "gelu_python": return .gelu
        case "gelu_new", "gelu_pytorch_tanh", "gelu_fast": return .geluTanh
        case "relu": return .relu
        case "silu", "swish": return .silu
        default:
            throw .unsupported(
                path: path, key: "hidden_act", value: "'\(hiddenAct)'",
                supported: ["gelu", "gelu_new", "gelu_pytorch_tanh", "gelu_fast", "relu", "silu", "swish"])
        }
    }
}
