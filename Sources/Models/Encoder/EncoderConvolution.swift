import Tensors

/// A convolution over neighbouring tokens that DeBERTa-v2 adds to its first layer (He et al., arXiv 2006.03654, appendix A.5): it reads the
/// embeddings, and what comes out is added to the layer's output and normalised.
struct EncoderConvolution: Sendable {
    /// `[kernelSize * hiddenSize, hiddenSize]`: the neighbours of a token one after the other.
    let linear: Linear
    let kernelSize: Int
    let activation: Activation
    let norm: LayerNorm

    /// `hidden = LayerNorm(hidden + activation(convolution(embedded)))`, both `[tokens, hiddenSize]`.
    /// - Parameters:
    ///   - neighbours: `[tokens, kernelSize * hiddenSize]`, written.
    ///   - convolved: `[tokens, hiddenSize]`, written.
    func forward(
        _ embedded: Rows, _ batch: PackedBatch, neighbours: Rows, convolved: Rows, hidden: Rows, team: ThreadTeam, scratch: ProductScratch
    ) {
        let width = embedded.columns, reach = (kernelSize - 1) / 2
        team.forEach(batch.sequences.count) { sequence, _ in
            let rows = batch.rows(of: sequence)
            for row in rows {
                for place in 0..<kernelSize {
                    let target = neighbours[row..<row + 1][columns: place * width..<(place + 1) * width]
                    let neighbour = row + place - reach
                    if rows.contains(neighbour) { target.setRow(0, to: embedded, row: neighbour) } else { target.clear() }
                }
            }
        }
        linear.multiply(neighbours, into: convolved, activation: activation, team: team, scratch: scratch)
        hidden.add(convolved)
        norm.apply(to: hidden, team: team)
    }
}
