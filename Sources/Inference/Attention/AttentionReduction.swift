/// What is made of the attention weights of a text, by the names of the API.
public enum AttentionReduction: String, Sendable, CaseIterable {
    case mean, max, rollout, flow

    /// Over the heads of each layer alone.
    public var ofHeads: HeadReduction? { self == .mean ? .mean : self == .max ? .maximum : nil }

    /// Bytes that it takes beside a layer's weights.
    func memory(tokens: Int, layers: Int) -> Int {
        let matrix = tokens * tokens * MemoryLayout<Float>.stride
        return switch self {
        case .mean, .max: matrix
        // What came of the layers below, the next layer, and their product.
        case .rollout: 3 * matrix
        case .flow: AttentionFlow.memory(tokens: tokens, layers: layers)
        }
    }
}
