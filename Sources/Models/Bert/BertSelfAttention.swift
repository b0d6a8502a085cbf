import Tensors

/// Multi-head scaled dot-product attention (Vaswani et al., arXiv 1706.03762, section 3.2) over packed sequences.
struct BertSelfAttention: Sendable {
    let heads: Int
    let headSize: Int

    /// `context[tokens, hiddenSize]` from `queryKeyValue[tokens, 3 * hiddenSize]`, each sequence for itself.
    /// - Parameter recorded: for each sequence, where its weights go if somebody asked for them.
    func forward(
        _ queryKeyValue: Rows, _ batch: PackedBatch, layer: Int, scores: Matrix, into context: Rows,
        recorded: inout [AttentionWeights?]
    ) {
        let hiddenSize = heads * headSize
        let scale = 1 / Float(headSize).squareRoot()
        for sequence in batch.sequences.indices {
            let rows = queryKeyValue[batch.rows(of: sequence)]
            let weights = scores.reshaped(rows: rows.count, columns: rows.count)  // [n, n]
            for head in 0..<heads {
                let columns = head * headSize..<(head + 1) * headSize
                let query = rows[columns: columns]  // [n, headSize]
                let key = rows[columns: columns + hiddenSize]
                let value = rows[columns: columns + 2 * hiddenSize]
                weights.setProduct(query, transposed: key)
                weights.softmax(scale: scale)
                recorded[sequence]?.record(weights, layer: layer, head: head)
                context[batch.rows(of: sequence)][columns: columns].setProduct(weights, value)
            }
        }
    }
}

private func + (range: Range<Int>, distance: Int) -> Range<Int> {
    range.lowerBound + distance..<range.upperBound + distance
}
