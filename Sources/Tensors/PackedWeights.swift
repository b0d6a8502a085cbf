/// The weights of a linear layer in the layout its product reads fastest; packed once, at load.
///
/// A checkpoint stores `weight[outputs, inputs]`; here stands its transpose, `[inputs, outputs]` row-major, which
/// OpenBLAS reads in order (four times as fast for one row as the checkpoint's layout, ten per cent for fifty).
/// Which layout it is stays inside this type: a product asks `multiply`, and nothing else sees the floats.
///
/// Sendable although its storage is a pointer: nothing writes to it after `init` has returned.
public struct PackedWeights: @unchecked Sendable {
    public let inputs: Int
    public let outputs: Int
    private let storage: AlignedStorage

    /// Packs one or more layers that read the same input into a single product: their outputs stand side by side.
    /// - Parameters:
    ///   - layers: the outputs of each layer.
    ///   - fill: writes the `[outputs, inputs]` weights, row-major, of the layer with the given index.
    public init<Failure>(
        inputs: Int, layers: [Int], fill: (Int, UnsafeMutableBufferPointer<Float>) throws(Failure) -> Void
    ) throws(Failure) {
        self.inputs = inputs
        outputs = layers.reduce(0, +)
        storage = AlignedStorage(count: inputs * outputs)
        var firstOutput = 0
        for (index, layerOutputs) in layers.enumerated() {
            let source = AlignedStorage(count: layerOutputs * inputs)
            try fill(index, source.floats)
            Self.transpose(
                source.floats.baseAddress!, rows: layerOutputs, columns: inputs,
                into: storage.floats.baseAddress! + firstOutput, stride: outputs)
            firstOutput += layerOutputs
        }
    }

    /// `product[rows, outputs] = input[rows, inputs] · weightᵀ`
    public func multiply(_ input: Rows, into product: Rows) {
        precondition(input.columns == inputs && product.columns == outputs && input.count == product.count)
        defer { withExtendedLifetime((self, input, product)) {} }
        BLAS.multiply(
            rows: input.count, columns: outputs, depth: inputs,
            input.pointer, stride: input.stride,
            storage.floats.baseAddress!, stride: outputs, transposed: .no,
            into: product.pointer, stride: product.stride)
    }

    /// Tiles of 16 × 16 so that both sides stay in the first cache.
    private static func transpose(
        _ source: UnsafePointer<Float>, rows: Int, columns: Int, into target: UnsafeMutablePointer<Float>, stride: Int
    ) {
        let tile = 16
        for row in Swift.stride(from: 0, to: rows, by: tile) {
            for column in Swift.stride(from: 0, to: columns, by: tile) {
                for r in row..<min(row + tile, rows) {
                    for c in column..<min(column + tile, columns) {
                        target[c &* stride &+ r] = source[r &* columns &+ c]
                    }
                }
            }
        }
    }
}
