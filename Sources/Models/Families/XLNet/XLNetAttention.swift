import Checkpoints
import Glibc
import Tensors

/// Attention with relative positions as Transformer-XL has it (Dai et al., arXiv 1901.02860, section 3.3), and XLNet's relative segments
/// (arXiv 1906.08237, section 2.5).
///
/// A score is `(q + r_w_bias)·k + (q + r_r_bias)·r(distance) + (q + r_s_bias)·seg_embed(same or different)`. The first bias becomes that of the
/// queries' product; the others are told as what they differ from it. Of the segment terms only their difference counts: what is added for
/// all keys alike falls out of the softmax.
struct XLNetAttention {
    let config: EncoderConfig
    let positions: Int
    /// Distances beyond it count as it; none where it is not positive.
    let clampLength: Int

    private var heads: Int { config.numAttentionHeads }
    private var headSize: Int { config.headSize }
    private var width: Int { config.hiddenSize }

    func layer(_ name: String, _ checkpoint: inout Checkpoint, _ options: LoadOptions) throws(CheckpointError) -> EncoderLayer {
        let attention = name + ".rel_attn", network = name + ".ff"
        func bias(_ name: String, _ checkpoint: inout Checkpoint) throws(CheckpointError) -> [Float] {
            try checkpoint.tensor("\(attention).\(name)", shape: [heads, headSize]).floats()
        }
        let wordBias = try bias("r_w_bias", &checkpoint)
        let positionBias = try bias("r_r_bias", &checkpoint), segmentBias = try bias("r_s_bias", &checkpoint)
        let segments = try checkpoint.tensor(attention + ".seg_embed", shape: [2, heads, headSize]).floats()
        let relative = RelativeAttention(
            positions: positions,
            keys: RelativeAttention.Distances(
                try relativeKeys(attention + ".r", &checkpoint, options), rows: (0..<Int32(2 * positions - 1)).map(\.self)),
            queryBias: Vector(zip(positionBias, wordBias).map(-)),
            segments: RelativeAttention.Segments(
                difference: Vector(zip(segments[width...], segments[..<width]).map(-)),
                queryBias: Vector(zip(segmentBias, wordBias).map(-))))
        var sources: [LayerSource] = []
        for part in ["q", "k", "v"] { sources.append(try transposed("\(attention).\(part)", &checkpoint)) }
        let output = try checkpoint.tensor(attention + ".o", shape: [width, heads, headSize]).layer()
        return EncoderLayer(
            attention: EncoderAttention(
                queryKeyValue: Linear(
                    weight: options.pack(inputs: width, sources), bias: Vector(wordBias + [Float](repeating: 0, count: 2 * width))),
                output: Linear(weight: options.pack(inputs: width, [output]), bias: nil),
                form: AttentionForm(heads: heads, headSize: headSize, relative: relative)),
            attentionNorm: try checkpoint.layerNorm(attention + ".layer_norm", count: width, epsilon: config.layerNormEps),
            feedForward: FeedForward(
                intermediate: try checkpoint.linear(network + ".layer_1", inputs: width, outputs: config.intermediateSize, options),
                activation: config.activation,
                output: try checkpoint.linear(network + ".layer_2", inputs: config.intermediateSize, outputs: width, options)),
            feedForwardNorm: try checkpoint.layerNorm(network + ".layer_norm", count: width, epsilon: config.layerNormEps))
    }

    /// Sinusoids of all distances through the layer's projection, `[2 * positions - 1, width]`, from the farthest key before the query on.
    private func relativeKeys(_ name: String, _ checkpoint: inout Checkpoint, _ options: LoadOptions) throws(CheckpointError) -> Table {
        let projection = options.exact.pack(inputs: width, [try transposed(name, &checkpoint)])
        let sinusoids = Matrix(columns: width).rows(2 * positions - 1), projected = Matrix(columns: width).rows(sinusoids.count)
        for row in 0..<sinusoids.count {
            // The paper counts from the key to the query.
            var distance = positions - 1 - row
            if clampLength > 0 { distance = min(max(distance, -clampLength), clampLength) }
            let angles = (0..<width / 2).map { Float(distance) * (1 / powf(10_000, Float(2 * $0) / Float(width))) }
            sinusoids.setRow(row, to: angles.map(sinf) + angles.map(cosf))
        }
        projection.multiply(sinusoids, into: projected, team: options.team, scratch: ProductScratch())
        return Table(projected)
    }

    /// A tensor `[inputs, heads, headSize]`, where others are `[outputs, inputs]`.
    private func transposed(_ name: String, _ checkpoint: inout Checkpoint) throws(CheckpointError) -> LayerSource {
        let values = try checkpoint.tensor(name, shape: [width, heads, headSize]).floats(), width = width
        return .floats(outputs: width) { rows, target in
            for (index, row) in rows.enumerated() {
                for input in 0..<width { target[index * width + input] = values[input * width + row] }
            }
        }
    }
}
