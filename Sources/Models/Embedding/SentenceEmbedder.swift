import Tensors

/// From last hidden states to one vector: pooling, perhaps linear layers, perhaps normalisation (Reimers and Gurevych, arXiv 1908.10084).
struct SentenceEmbedder: Sendable {
    /// Their vectors stand one after the other.
    let poolings: [Pooling]
    let steps: [Head.Step]
    let normalizes: Bool
    /// Of the hidden states that it was made for; nil fits any.
    var width: Int?
    var parameterCount = 0

    /// What holds where a checkpoint says nothing.
    static let standard = SentenceEmbedder(poolings: [.mean], steps: [], normalizes: true)

    var byteCount: Int { steps.reduce(0) { $0 + $1.linear.weight.byteCount } }

    func poolings(of request: EmbeddingRequest) -> [Pooling] { request.pooling.map { [$0] } ?? poolings }

    func readout(of request: EmbeddingRequest) -> Readout {
        poolings(of: request).reduce(.none) { $0.union($1.readout) }
    }

    /// - Parameter rows: the sequence's hidden states, those that `readout` asks for or all.
    func embed(_ rows: Rows, tokens: Int, _ request: EmbeddingRequest, in workspace: HeadWorkspace, scratch: ProductScratch) -> [Float] {
        var vector = poolings(of: request).flatMap { $0.apply(to: rows, tokens: tokens) }
        if !steps.isEmpty {
            let input = workspace.rows(1, columns: vector.count, step: -1)
            input.setRow(0, to: vector)
            vector = steps.apply(to: input, in: workspace, team: .alone, scratch: scratch).values(row: 0)
        }
        return request.normalizes ?? normalizes ? vector.normalized : vector
    }
}

extension [Float] {
    /// Of length 1 (as the reference has it, zero stays zero).
    public var normalized: [Float] {
        let length = Swift.max(reduce(0) { $0 + $1 * $1 }.squareRoot(), 1e-12)
        return map { $0 / length }
    }
}
