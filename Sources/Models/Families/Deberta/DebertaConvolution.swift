import Checkpoints
import Tensors

/// What config.json says of DeBERTa-v2's convolution.
struct DebertaConvolution {
    private let kernelSize: Int
    private let activation: Activation

    /// Nil where there is none.
    init?(_ keys: ConfigKeys) throws(ModelError) {
        kernelSize = try keys.integer("conv_kernel_size", default: 0)
        activation = try keys.activation("conv_act", default: "tanh")
        guard kernelSize > 0 else { return nil }
        guard kernelSize % 2 == 1, kernelSize < 64 else {
            throw .unsupported(path: keys.path, key: "conv_kernel_size", value: "\(kernelSize)", supported: ["odd numbers below 64"])
        }
        guard try keys.integer("conv_groups", default: 1) == 1 else {
            throw .unsupported(path: keys.path, key: "conv_groups", value: "more than 1", supported: ["1"])
        }
    }

    /// Reads `NAME.conv.weight[hiddenSize, hiddenSize, kernelSize]`, `NAME.conv.bias` and `NAME.LayerNorm`.
    func read(
        _ name: String, _ config: EncoderConfig, _ checkpoint: inout Checkpoint, _ options: LoadOptions
    ) throws(CheckpointError) -> EncoderConvolution {
        let width = config.hiddenSize, kernelSize = kernelSize
        let weights = try checkpoint.tensor(name + ".conv.weight", shape: [width, width, kernelSize]).floats()
        // A row of the product's input is neighbour after neighbour, where the checkpoint has column after column.
        let source = LayerSource.floats(outputs: width) { rows, target in
            for (index, row) in rows.enumerated() {
                for column in 0..<width {
                    for place in 0..<kernelSize {
                        target[(index * kernelSize + place) * width + column] = weights[(row * width + column) * kernelSize + place]
                    }
                }
            }
        }
        return EncoderConvolution(
            linear: Linear(
                weight: options.pack(inputs: kernelSize * width, [source]), bias: try checkpoint.vector(name + ".conv.bias", count: width)),
            kernelSize: kernelSize, activation: activation,
            norm: try checkpoint.layerNorm(name + ".LayerNorm", count: width, epsilon: config.layerNormEps))
    }
}
