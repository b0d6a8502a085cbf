import Tensors

/// One layer of an encoder: attention and a feed-forward network, each added to its input and normalised.
struct EncoderLayer: Sendable {
    let attention: EncoderAttention
    /// Before attention where the encoder normalises first, nil where a first layer does not; else behind it.
    let attentionNorm: LayerNorm?
    let feedForward: FeedForward
    let feedForwardNorm: LayerNorm

    /// Of the products' weights in memory.
    var productBytes: Int {
        [attention.queryKeyValue, attention.output, feedForward.intermediate, feedForward.output].reduce(0) { $0 + $1.weight.byteCount }
    }

    /// Weights of the linear layers: the multiply-adds that a token costs.
    var productSize: Int {
        [attention.queryKeyValue, attention.output, feedForward.intermediate, feedForward.output].reduce(0) { $0 + $1.inputs * $1.outputs }
    }
}

/// Two linear layers with an activation between, or a gated linear unit (Shazeer, arXiv 2002.05202) in place of the first.
struct FeedForward: Sendable {
    /// Which half of the first product goes through the activation; it is multiplied with the other.
    enum Gate: Sendable { case activatesFirst, activatesSecond }

    let intermediate: Linear  // [hiddenSize, intermediateSize], twice as many with a gate
    let activation: Activation
    var gate: Gate?
    let output: Linear  // [intermediateSize, hiddenSize]

    /// `product[rows, hiddenSize] = output(activation(intermediate(input))) + residual`
    func forward(_ input: Rows, into product: Rows, residual: Rows, inner: Rows, team: ThreadTeam, scratch: ProductScratch) {
        intermediate.multiply(input, into: inner, activation: gate == nil ? activation : .identity, team: team, scratch: scratch)
        if let gate { inner.gate(activatesFirst: gate == .activatesFirst, activation, team: team) }
        output.multiply(inner[columns: 0..<output.inputs], into: product, residual: residual, team: team, scratch: scratch)
    }
}
