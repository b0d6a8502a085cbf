/// How a model makes one vector of a text where nobody asks for another way.
public struct EmbeddingSummary: Sendable, Equatable, CustomStringConvertible {
    public var poolings: [Pooling]
    public var normalizes: Bool
    /// Numbers of a vector.
    public var dimensions: Int
    /// Numbers that linear layers behind the pooling read; nil without such layers.
    public var layerInputs: Int?

    init(_ embedder: SentenceEmbedder, hiddenSize: Int) {
        poolings = embedder.poolings
        normalizes = embedder.normalizes
        layerInputs = embedder.steps.first?.linear.inputs
        dimensions = embedder.steps.last?.linear.outputs ?? hiddenSize * embedder.poolings.count
    }

    public var description: String {
        let steps = poolings.map(\.name) + (layerInputs != nil ? ["linear layers"] : []) + (normalizes ? ["normalized"] : [])
        return "\(dimensions) numbers: \(steps.joined(separator: ", "))"
    }
}
