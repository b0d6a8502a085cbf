import Checkpoints
import Tensors

/// The three shapes in which a Transformer keeps its parameters.
extension Checkpoint {
    /// A bias, or half of a LayerNorm.
    mutating func vector(_ name: String, count: Int) throws(CheckpointError) -> Vector {
        let tensor = try tensor(name, shape: [count])
        return try Vector(count: count) { target throws(CheckpointError) in try tensor.read(into: target) }
    }

    /// An embedding.
    mutating func table(_ name: String, rows: Int, columns: Int) throws(CheckpointError) -> Table {
        let tensor = try tensor(name, shape: [rows, columns])
        return try Table(rows: rows, columns: columns) { target throws(CheckpointError) in try tensor.read(into: target) }
    }

    /// Linear layers that read the same input, `[outputs, inputs]` each, packed into one product.
    ///
    /// A weight that was quantized before stands as I8, with `NAME_scale`, F32 `[outputs]`, beside it.
    mutating func linear(_ names: [String], inputs: Int, outputs: Int, _ options: LoadOptions) throws(CheckpointError) -> PackedWeights {
        var layers: [LayerSource] = []
        var isQuantized = true
        for name in names {
            let tensor = try tensor(name, shape: [outputs, inputs])
            if tensor.type == .int8 {
                layers.append(try tensor.quantizedLayer(scales: try vector(name + "_scale", count: outputs).values))
            } else {
                layers.append(try tensor.layer())
                isQuantized = false
            }
        }
        if !options.isExact { names.forEach { noteQuantizable($0) } }
        return PackedWeights(
            inputs: inputs, layers: layers, dtype: isQuantized && options.keepsQuantized ? .int8 : options.dtype, instructionSet: options.instructionSet, team: options.team)
    }
}
