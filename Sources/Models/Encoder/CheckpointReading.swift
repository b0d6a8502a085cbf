import Checkpoints
import Tensors

/// The shapes in which a Transformer keeps its parameters.
extension Checkpoint {
    /// The first of the prefixes under which the checkpoint has a tensor: a model with a head has one, a bare one has not.
    func prefix(_ prefixes: [String], of name: String) -> String {
        prefixes.first { contains($0 + name) } ?? prefixes.last ?? ""
    }

    /// A bias, or half of a LayerNorm.
    mutating func vector(_ name: String, count: Int) throws(CheckpointError) -> Vector {
        let tensor = try tensor(name, shape: [count])
        return try Vector(count: count) { target throws(CheckpointError) in try tensor.read(into: target) }
    }

    /// An embedding.
    /// - Parameter scale: every number is multiplied with it.
    mutating func table(_ name: String, rows: Int, columns: Int, scale: Float = 1) throws(CheckpointError) -> Table {
        let tensor = try tensor(name, shape: [rows, columns])
        return try Table(rows: rows, columns: columns) { target throws(CheckpointError) in
            try tensor.read(into: target)
            if scale != 1 { for index in target.indices { target[index] *= scale } }
        }
    }

    /// A LayerNorm's gain and offset, which the oldest checkpoints call gamma and beta.
    /// - Parameter hasBias: without, the offset is zero.
    mutating func layerNorm(_ name: String, count: Int, epsilon: Float, hasBias: Bool = true) throws(CheckpointError) -> LayerNorm {
        let isOld = contains(name + ".gamma")
        let gain = try vector(name + (isOld ? ".gamma" : ".weight"), count: count)
        let offset = hasBias ? try vector(name + (isOld ? ".beta" : ".bias"), count: count) : Vector([Float](repeating: 0, count: count))
        return LayerNorm(gain: gain, offset: offset, epsilon: epsilon)
    }

    /// `NAME.weight[outputs, inputs]` and, where there is one, `NAME.bias[outputs]`.
    mutating func linear(
        _ name: String, inputs: Int, outputs: Int, hasBias: Bool = true, _ options: LoadOptions
    ) throws(CheckpointError) -> Linear {
        try linear([name], inputs: inputs, outputs: outputs, hasBias: hasBias, options)
    }

    /// Linear layers that read the same input, packed into one product: their outputs stand side by side.
    mutating func linear(
        _ names: [String], inputs: Int, outputs: Int, hasBias: Bool = true, _ options: LoadOptions
    ) throws(CheckpointError) -> Linear {
        let weight = try weights(names.map { $0 + ".weight" }, inputs: inputs, outputs: outputs, options)
        var biases: [Vector] = []
        if hasBias { for name in names { biases.append(try vector(name + ".bias", count: outputs)) } }
        return Linear(weight: weight, bias: hasBias ? Vector(concatenating: biases) : nil)
    }

    /// Weights `[outputs, inputs]` each, packed into one product.
    ///
    /// A weight that was quantized before stands as I8, with `NAME_scale`, F32 `[outputs]`, beside it.
    mutating func weights(_ names: [String], inputs: Int, outputs: Int, _ options: LoadOptions) throws(CheckpointError) -> PackedWeights {
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
        return options.pack(inputs: inputs, layers, isQuantized: isQuantized)
    }

    /// The weights of one tensor `[outputs, inputs]`, its rows in another order.
    /// - Parameter rows: all of them, in the order in which the product has them.
    mutating func weights(
        _ name: String, rows: [Range<Int>], inputs: Int, outputs: Int, _ options: LoadOptions
    ) throws(CheckpointError) -> PackedWeights {
        let tensor = try tensor(name, shape: [outputs, inputs])
        var layers: [LayerSource] = []
        let isQuantized = tensor.type == .int8
        let whole = isQuantized ? try tensor.quantizedLayer(scales: try vector(name + "_scale", count: outputs).values) : try tensor.layer()
        for range in rows { layers.append(whole.slice(range)) }
        if !options.isExact { noteQuantizable(name) }
        return options.pack(inputs: inputs, layers, isQuantized: isQuantized)
    }
}

extension LoadOptions {
    func pack(inputs: Int, _ layers: [LayerSource], isQuantized: Bool = false) -> PackedWeights {
        PackedWeights(
            inputs: inputs, layers: layers, dtype: isQuantized && keepsQuantized ? .int8 : dtype, instructionSet: instructionSet, team: team)
    }
}
