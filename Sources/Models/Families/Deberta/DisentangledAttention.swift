import Checkpoints
import Glibc
import Tensors

/// Disentangled attention (He et al., arXiv 2006.03654, section 3.1): to the product of contents come those of a query's content with the
/// key's relative position (c2p), and of a key's content with the query's (p2c).
struct DisentangledAttention {
    /// The relative positions' embeddings, as the layers project them: nothing of them depends on a request.
    struct RelativeEmbeddings {
        let rows: Rows  // [2 * span, hiddenSize]
        /// The row for each distance of a key from a query.
        let byDistance: [Int32]
    }

    private let config: EncoderConfig
    /// Of the two versions of the architecture.
    private let isFirst: Bool
    private let hasContentToPosition: Bool
    private let hasPositionToContent: Bool
    private let sharesKeys: Bool
    private let normalizesEmbeddings: Bool
    /// 0 where every distance has a row of its own.
    private let buckets: Int
    /// Tokens that a sequence may have. Where positions are not embedded any number may come; four times the positions of its training are
    /// taken, far beyond which nothing was learned.
    let positions: Int
    private let maximumDistance: Int
    private let scale: Float

    init(_ keys: ConfigKeys, _ config: EncoderConfig, isFirst: Bool) throws(ModelError) {
        self.config = config
        self.isFirst = isFirst
        let isRelative = try keys.bool("relative_attention", default: false)
        let types = try keys.strings("pos_att_type") ?? []
        let hasPositions = try keys.bool("position_biased_input", default: true)
        positions = hasPositions ? config.maxPositionEmbeddings : min(4 * config.maxPositionEmbeddings, 1 << 15)
        if let other = types.first(where: { !["c2p", "p2c"].contains($0) }) {
            throw .unsupported(path: keys.path, key: "pos_att_type", value: "'\(other)'", supported: ["c2p", "p2c"])
        }
        hasContentToPosition = isRelative && types.contains("c2p")
        hasPositionToContent = isRelative && types.contains("p2c")
        sharesKeys = try keys.bool("share_att_key", default: false)
        let norms = try keys.strings("norm_rel_ebd") ?? []
        normalizesEmbeddings = !isFirst && norms.contains("layer_norm")
        let distance = try keys.integer("max_relative_positions", default: -1)
        maximumDistance = distance < 1 ? config.maxPositionEmbeddings : distance
        buckets = isFirst ? 0 : max(0, try keys.integer("position_buckets", default: -1))
        guard max(maximumDistance, buckets) <= 1 << 20, buckets == 0 || buckets / 2 < maximumDistance - 1, buckets != 1 else {
            throw .inconsistent(
                path: keys.path, reason: "'position_buckets' \(buckets) and 'max_relative_positions' \(maximumDistance) can't both be")
        }
        // As the reference has it, the first version counts the types even where attention is not relative.
        scale = 1 / (Float(config.headSize) * Float(1 + types.count)).squareRoot()
        guard try keys.size("attention_head_size", default: config.headSize) == config.headSize else {
            throw .unsupported(
                path: keys.path, key: "attention_head_size", value: "not 'hidden_size' / 'num_attention_heads'", supported: ["\(config.headSize)"])
        }
    }

    private var span: Int { buckets > 0 ? buckets : maximumDistance }

    /// `NAME.rel_embeddings[2 * span, hiddenSize]`, normalised where the configuration says so; nil where attention is not relative.
    func relativeEmbeddings(_ name: String, _ checkpoint: inout Checkpoint) throws(CheckpointError) -> RelativeEmbeddings? {
        guard hasContentToPosition || hasPositionToContent else { return nil }
        let table = try checkpoint.table(name + ".rel_embeddings.weight", rows: 2 * span, columns: config.hiddenSize)
        let rows = Matrix(columns: config.hiddenSize).rows(2 * span)
        for row in 0..<rows.count { rows.setRow(row, toSum: (table, row), nil, nil) }
        if normalizesEmbeddings {
            try checkpoint.layerNorm(name + ".LayerNorm", count: config.hiddenSize, epsilon: config.layerNormEps).apply(to: rows)
        }
        let byDistance = (1 - positions..<positions).map { distance in
            // The paper counts from the key to the query.
            Int32(min(max(bucket(-distance) + span, 0), 2 * span - 1))
        }
        return RelativeEmbeddings(rows: rows, byDistance: byDistance)
    }

    /// - Parameter name: of a layer's attention.
    func form(
        _ name: String, _ embeddings: RelativeEmbeddings?, _ checkpoint: inout Checkpoint, _ options: LoadOptions
    ) throws(CheckpointError) -> AttentionForm {
        let plain = AttentionForm(heads: config.numAttentionHeads, headSize: config.headSize, scale: scale)
        guard let embeddings else { return plain }
        let width = config.hiddenSize
        // The bias of the first version's c2p is not there.
        let keyName = isFirst ? "pos_proj" : sharesKeys ? "key_proj" : "pos_key_proj"
        let queryName = isFirst ? "pos_q_proj" : sharesKeys ? "query_proj" : "pos_query_proj"
        var relative = RelativeAttention(positions: positions)
        func distances(_ projection: String, hasBias: Bool, _ checkpoint: inout Checkpoint) throws(CheckpointError) -> RelativeAttention.Distances {
            let linear = try checkpoint.linear("\(name).\(projection)", inputs: width, outputs: width, hasBias: hasBias, options.exact)
            let projected = Matrix(columns: width).rows(embeddings.rows.count)
            linear.multiply(embeddings.rows, into: projected, team: options.team, scratch: ProductScratch())
            return RelativeAttention.Distances(Table(projected), rows: embeddings.byDistance)
        }
        if hasContentToPosition { relative.keys = try distances(keyName, hasBias: !isFirst, &checkpoint) }
        if hasPositionToContent { relative.queries = try distances(queryName, hasBias: true, &checkpoint) }
        return AttentionForm(heads: config.numAttentionHeads, headSize: config.headSize, scale: scale, relative: relative)
    }

    /// Queries, keys and values. The first version keeps them head by head in one matrix, with biases for queries and values alone.
    func queryKeyValue(_ name: String, _ checkpoint: inout Checkpoint, _ options: LoadOptions) throws(CheckpointError) -> Linear {
        let width = config.hiddenSize, size = config.headSize
        guard isFirst else {
            return try checkpoint.linear(
                ["query_proj", "key_proj", "value_proj"].map { "\(name).\($0)" }, inputs: width, outputs: width, options)
        }
        let parts = (0..<3).flatMap { part in
            (0..<config.numAttentionHeads).map { head in (3 * head + part) * size..<(3 * head + part + 1) * size }
        }
        let weight = try checkpoint.weights(name + ".in_proj.weight", rows: parts, inputs: width, outputs: 3 * width, options)
        let none = Vector([Float](repeating: 0, count: width))
        let bias = Vector(concatenating: [
            try checkpoint.vector(name + ".q_bias", count: width), none, try checkpoint.vector(name + ".v_bias", count: width),
        ])
        return Linear(weight: weight, bias: bias)
    }

    /// Near distances have a bucket each, far ones share them by their logarithm.
    private func bucket(_ distance: Int) -> Int {
        let middle = buckets / 2
        guard buckets > 0, abs(distance) > middle else { return distance }
        // In binary32 and in this order, as the reference has it: the edges of the buckets depend on it.
        let ratio = logf(Float(abs(distance)) / Float(middle)) / logf(Float(Double(maximumDistance - 1) / Double(middle)))
        let bucket = Int(ceilf(ratio * Float(middle - 1))) + middle
        return distance < 0 ? -bucket : bucket
    }
}
