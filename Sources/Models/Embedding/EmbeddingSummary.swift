/// How a model makes one vector of a text where nobody asks for another way.
public struct EmbeddingSummary: Sendable, Equatable, CustomStringConvertible {
    public var poolings: [Pooling]
    public var normalizes: Bool
    /// Numbers of a vector.
    public var dimensions: Int
    /// Whether linear layers follow the pooling, which then can't be another.
    public var hasLayers: Bool

    init(_ embedder: SentenceEmbedder, hiddenSize: Int) {
        poolings = embedder.poolings
        normalizes = embedder.normalizes
        hasLayers = !embedder.steps.isEmpty
        dimensions = embedder.steps.last?.linear.outputs ?? hiddenSize * embedder.poolings.count
    }

    public var description: String {
        let steps = poolings.map(\.name) + (hasLayers ? ["linear layers"] : []) + (normalizes ? ["normalized"] : [])
        return "\(dimensions) numbers: \(steps.joined(separator: ", "))"
    }
}
