import Models

/// How the vectors of one request are made: its options, and for the rest what the checkpoint's files say.
struct EmbeddingPlan {
    /// Nil asks for hidden states, one vector for each token.
    let request: EmbeddingRequest?
    let normalizes: Bool
    /// Numbers of a vector, before and after the cut.
    let width: Int
    let dimensions: Int

    var isPerToken: Bool { request == nil }

    /// - Throws: `InferenceError.poolingNotPossible` or `.dimensionsOutOfRange`.
    init(_ options: EmbeddingOptions, of model: ServedModel) throws(InferenceError) {
        let summary = model.summary, own = summary.embedding
        width = try Self.width(options.pooling, summary)
        let cut = options.dimensions ?? (options.pooling == .tokens ? nil : model.sentences.truncateDimensions.map { [width] in min($0, width) })
        dimensions = cut ?? width
        guard (1...width).contains(dimensions) else { throw .dimensionsOutOfRange(dimensions, maximum: width) }
        normalizes = options.normalizes ?? (options.pooling == .tokens ? false : own.normalizes)
        request = options.pooling == .tokens
            ? nil : EmbeddingRequest(pooling: options.pooling?.pooling, normalizes: normalizes && dimensions == width)
    }

    private static func width(_ pooling: EmbeddingPooling?, _ summary: ModelSummary) throws(InferenceError) -> Int {
        switch pooling {
        case nil: return summary.embedding.dimensions
        case .tokens: return summary.hiddenSize
        case let pooling?:
            guard let inputs = summary.embedding.layerInputs else { return summary.hiddenSize }
            guard inputs == summary.hiddenSize else {
                throw .poolingNotPossible(pooling, numbers: summary.hiddenSize, needed: inputs)
            }
            return summary.embedding.dimensions
        }
    }

    func input(_ ids: [Int32], _ typeIDs: [Int32]) -> SequenceInput {
        SequenceInput(ids: ids, typeIDs: typeIDs, wantsHiddenStates: isPerToken, embedding: request)
    }

    /// Numbers that a sequence of that many tokens answers with, before they are cut.
    func valueCount(tokens: Int) -> Int { isPerToken ? tokens * width : width }

    /// One vector, or those of all tokens one after the other; nil where the model gave none.
    func values(of output: SequenceOutput) -> [Float]? {
        guard let values = isPerToken ? output.hiddenStates : output.embedding else { return nil }
        if dimensions == width && (!isPerToken || !normalizes) { return values }
        var vectors: [Float] = []
        vectors.reserveCapacity(values.count / width * dimensions)
        for start in stride(from: 0, to: values.count, by: width) {
            let vector = Array(values[start..<start + dimensions])
            vectors += normalizes ? vector.normalized : vector
        }
        return vectors
    }
}
