import Tensors

/// A linear layer: `weight[inputs, outputs]` and perhaps `bias[outputs]`.
struct Linear: Sendable {
    let weight: PackedWeights
    let bias: Vector?

    var inputs: Int { weight.inputs }
    var outputs: Int { weight.outputs }

    /// `product[rows, outputs] = activation(input[rows, inputs] · weight + bias + residual)`
    /// - Parameter columns: the outputs that are wanted; nil for all.
    func multiply(
        _ input: Rows, into product: Rows, columns: Range<Int>? = nil, residual: Rows? = nil, activation: Activation = .identity, team: ThreadTeam = .alone,
        scratch: ProductScratch
    ) {
        weight.multiply(input, into: product, columns: columns, .init(bias: bias, residual: residual, activation: activation), team: team, scratch: scratch)
    }
}

/// A layer normalisation (Ba, Kiros and Hinton, arXiv 1607.06450): gain and offset of `[columns]`.
struct LayerNorm: Sendable {
    let gain: Vector
    let offset: Vector
    let epsilon: Float

    func apply(to rows: Rows, team: ThreadTeam = .alone) {
        rows.layerNorm(gain: gain, offset: offset, epsilon: epsilon, team: team)
    }
}
