import Inference
import Models

/// The body of `/v1/attention`.
struct AttentionRequest {
    var model: String?
    var inputs: Inputs
    var layers: [Int]?
    var heads: [Int]?
    var truncation: Bool
    var options = Options()
    var array: ArrayOptions

    /// What is shown of the weights.
    struct Options: Sendable {
        var reduce: AttentionReduction?
        var topK: Int?
        var queriesKeys = false
        var statistics = false
    }

    /// - Parameter accept: the request's header.
    init(_ fields: RequestFields, accept: String?) throws(APIError) {
        try fields.allow(only: [
            "model", "inputs", "layers", "heads", "reduce", "top_k", "queries_keys", "statistics", "format", "dtype", "decimals", "truncation",
        ])
        model = try fields.string("model")
        inputs = try Inputs(fields)
        layers = try fields.selection("layers")
        heads = try fields.selection("heads")
        truncation = try fields.bool("truncation") ?? true
        options.reduce = try fields.choice("reduce")
        options.topK = try fields.integer("top_k")
        options.queriesKeys = try fields.bool("queries_keys") ?? false
        options.statistics = try fields.bool("statistics") ?? false
        array = try ArrayOptions(fields, accept: accept)
        if let topK = options.topK, topK < 1 { throw .invalidField("top_k", "this must be 1 or more, or null for all keys") }
        if array.file == .npy {
            let more = options.topK != nil ? "top_k" : options.queriesKeys ? "queries_keys" : options.statistics ? "statistics" : nil
            if let more { throw .invalidField(more, "a npy file holds one array; ask for \"npz\" or \"safetensors\" to have '\(more)' too") }
            try array.refuseSeveral(inputs.texts.count)
        }
    }

    var parts: AttentionSelection.Parts { options.queriesKeys ? [.weights, .queries, .keys] : .weights }
}

extension RequestFields {
    /// A list of layers or heads; nil for all.
    func selection(_ name: String) throws(APIError) -> [Int]? {
        guard let numbers = try integers(name) else { return nil }
        guard !numbers.isEmpty else { throw .invalidField(place(name), "the list is empty; leave it out for all") }
        return numbers
    }
}
