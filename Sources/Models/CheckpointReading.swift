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
    mutating func linear(_ names: [String], inputs: Int, outputs: Int) throws(CheckpointError) -> PackedWeights {
        var tensors: [StoredTensor] = []
        for name in names { tensors.append(try tensor(name, shape: [outputs, inputs])) }
        let layers = tensors.map { _ in outputs }
        return try PackedWeights(inputs: inputs, layers: layers) { index, target throws(CheckpointError) in
            try tensors[index].read(into: target)
        }
    }
}
