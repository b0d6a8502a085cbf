import CKernels

/// The weights of a linear layer in the layout and type that its product reads fastest; packed once, at load.
///
/// A checkpoint stores `weight[outputs, inputs]`. Here they stand as panels of 48 outputs (CKernels.h says how), or for OpenBLAS as the
/// transpose, `[inputs, outputs]`, which it reads in order. Which it is stays inside this type: a product asks `multiply`.
///
/// Sendable although its storage is a pointer: nothing writes to it after `init` has returned.
public struct PackedWeights: @unchecked Sendable {
    enum Panels {
        case openBLAS(AlignedStorage<Float>)
        case f32(AlignedStorage<Float>)
        case bf16(AlignedStorage<UInt16>)
        case int8(AlignedStorage<Int8>, scales: AlignedStorage<Float>, sums: AlignedStorage<Int32>)
    }

    static let panelColumns = Int(ATTENDANT_PANEL_COLUMNS)
    static let tileRows = Int(ATTENDANT_TILE_ROWS)

    public let inputs: Int
    public let outputs: Int
    let panels: Panels
    var kernels: Kernels

    var panelCount: Int { (outputs + Self.panelColumns - 1) / Self.panelColumns }

    public var dtype: DType {
        switch panels {
        case .openBLAS, .f32: .f32
        case .bf16: .bf16
        case .int8: .int8
        }
    }

    public var byteCount: Int {
        switch panels {
        case .openBLAS(let storage), .f32(let storage): storage.count * 4
        case .bf16(let storage): storage.count * 2
        case .int8(let storage, let scales, let sums): storage.count + (scales.count + sums.count) * 4
        }
    }

    /// Packs one or more layers that read the same input into a single product: their outputs stand side by side.
    /// - Parameter team: packs in parallel, a panel at a time.
    public init(
        inputs: Int, layers: [LayerSource], dtype: DType = .f32, instructionSet: InstructionSet = .preferred, team: ThreadTeam = .alone
    ) {
        self.inputs = inputs
        let outputs = layers.reduce(0) { $0 + $1.outputs }
        self.outputs = outputs
        kernels = instructionSet.kernels
        let columns = (outputs + Self.panelColumns - 1) / Self.panelColumns * Self.panelColumns
        // Every thread packs rows of some layer into columns that are its own.
        func forEachBlock(_ body: (_ layer: LayerSource, _ rows: Range<Int>, _ column: Int) -> Void) {
            var blocks: [(layer: LayerSource, rows: Range<Int>, column: Int)] = []
            var column = 0
            for layer in layers {
                for first in stride(from: 0, to: layer.outputs, by: Self.panelColumns) {
                    blocks.append((layer, first..<min(first + Self.panelColumns, layer.outputs), column + first))
                }
                column += layer.outputs
            }
            team.forEach(blocks.count) { index, _ in body(blocks[index].layer, blocks[index].rows, blocks[index].column) }
        }
        func withFloats(_ layer: LayerSource, _ rows: Range<Int>, _ body: (UnsafePointer<Float>) -> Void) {
            withUnsafeTemporaryAllocation(of: Float.self, capacity: rows.count * inputs) { floats in
                layer.floats(rows, inputs: inputs, into: floats)
                body(floats.baseAddress!)
            }
        }
        switch dtype {
        case .f32 where kernels.productF32 == nil:
            let storage = AlignedStorage<Float>(weights: inputs * outputs)
            forEachBlock { layer, rows, column in
                withFloats(layer, rows) { floats in
                    for row in 0..<rows.count {
                        for input in 0..<inputs { storage.start[input * outputs + column + row] = floats[row * inputs + input] }
                    }
                }
            }
            panels = .openBLAS(storage)
        case .f32:
            let storage = AlignedStorage<Float>(weights: inputs * columns)
            forEachBlock { layer, rows, column in
                withFloats(layer, rows) { attendant_pack_f32($0, rows.count, inputs, column, storage.start) }
            }
            panels = .f32(storage)
        case .bf16:
            let storage = AlignedStorage<UInt16>(weights: (inputs + 1) / 2 * 2 * columns)
            forEachBlock { layer, rows, column in
                withFloats(layer, rows) { attendant_pack_bf16($0, rows.count, inputs, column, storage.start) }
            }
            panels = .bf16(storage)
        case .int8:
            let storage = AlignedStorage<Int8>(weights: (inputs + 3) / 4 * 4 * columns)
            let scales = AlignedStorage<Float>(count: columns, zero: 0), sums = AlignedStorage<Int32>(count: columns, zero: 0)
            forEachBlock { layer, rows, column in
                withUnsafeTemporaryAllocation(of: Int8.self, capacity: rows.count * inputs) { quantized in
                    layer.quantized(rows, inputs: inputs, into: quantized, scales: scales.start + column)
                    attendant_sum_weights(quantized.baseAddress!, rows.count, inputs, sums.start + column)
                    attendant_pack_int8(quantized.baseAddress!, rows.count, inputs, column, storage.start)
                }
            }
            panels = .int8(storage, scales: scales, sums: sums)
        }
    }
}
