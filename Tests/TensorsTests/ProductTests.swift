import Glibc
import Testing

@testable import Tensors

@Suite("Products")
struct ProductTests {
    private func random(_ rows: Int, _ columns: Int, _ seed: UInt64) -> [[Float]] {
        var generator = Seeded(seed)
        return (0..<rows).map { _ in (0..<columns).map { _ in Float.random(in: -1...1, using: &generator) } }
    }

    private func fill(_ matrix: Matrix, _ values: [[Float]]) -> Rows {
        let rows = matrix.rows(values.count)
        for (row, numbers) in values.enumerated() { rows.setRow(row, to: numbers) }
        return rows
    }

    private func dot(_ a: [Float], _ b: [Float]) -> Double { zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) } }

    /// Layers of floats as the packing reads them, a few rows at a time.
    private func sources(_ layers: [[[Float]]]) -> [LayerSource] {
        layers.map { layer in
            .floats(outputs: layer.count) { rows, target in
                for (index, value) in Array(layer[rows].joined()).enumerated() { target[index] = value }
            }
        }
    }

    static let shapes = [
        (1, 1, 1), (1, 17, 5), (2, 3, 31), (3, 16, 32), (6, 7, 33), (7, 33, 20), (13, 64, 64), (14, 48, 32), (15, 5, 65), (16, 31, 40),
        (29, 130, 96), (50, 5, 129),
    ]

    static let cases = shapes.flatMap { shape in InstructionSet.available.map { (shape, $0) } }

    @Test("Packed weights of f32 multiply like the layers they were packed from, on every path the CPU has", arguments: cases)
    func packed(_ shape: (rows: Int, inputs: Int, outputs: Int), _ set: InstructionSet) {
        expectProduct(shape, set, .f32) { input, weight in (input, weight, 1e-5) }
    }

    @Test("Packed weights of bf16 multiply like the rounded layers, on every path the CPU has", arguments: cases)
    func packedBF16(_ shape: (rows: Int, inputs: Int, outputs: Int), _ set: InstructionSet) {
        for multipliesPairs in [false, true] {
            var kernels = set.kernels
            kernels.multipliesPairs = multipliesPairs
            let roundsInput = kernels.productBF16 != nil
            expectProduct(shape, set, .bf16, multipliesPairs: multipliesPairs) { input, weight in
                (roundsInput ? input.map(Self.bf16) : input, weight.map(Self.bf16), 1e-5)
            }
        }
    }

    @Test("Packed weights of int8 multiply like the quantized rows and layers, on every path the CPU has", arguments: cases)
    func packedInt8(_ shape: (rows: Int, inputs: Int, outputs: Int), _ set: InstructionSet) {
        expectProduct(shape, set, .int8) { input, weight in
            let low = min(0, input.min()!), high = max(0, input.max()!)
            let scale = (high - low) / 255, zero = (-low / scale).rounded(.toNearestOrAwayFromZero)
            let codes = input.map { min(max(($0 / scale + zero).rounded(.toNearestOrEven), 0), 255) }
            let weightScale = weight.map(abs).max()! / 127
            // A number on the border between two codes may take either.
            let border = Float(input.count).squareRoot() * scale * 0.2
            return (
                codes.map { ($0 - zero) * scale }, weight.map { ($0 / weightScale).rounded(.toNearestOrEven) * weightScale },
                Double(border) + 1e-5
            )
        }
    }

    private static func bf16(_ value: Float) -> Float {
        let bits = value.bitPattern
        return Float(bitPattern: (bits &+ 0x7fff &+ (bits >> 16 & 1)) & 0xffff_0000)
    }

    /// Two layers side by side, with bias, residual and GELU, against double precision.
    private func expectProduct(
        _ shape: (rows: Int, inputs: Int, outputs: Int), _ set: InstructionSet, _ dtype: DType, multipliesPairs: Bool = false,
        _ rounded: (_ input: [Float], _ weight: [Float]) -> ([Float], [Float], tolerance: Double)
    ) {
        let input = random(shape.rows, shape.inputs, 1)
        let layers = [random(shape.outputs, shape.inputs, 2), random(shape.outputs + 3, shape.inputs, 3)]
        var weights = PackedWeights(inputs: shape.inputs, layers: sources(layers), dtype: dtype, instructionSet: set)
        weights.kernels.multipliesPairs = multipliesPairs
        let bias = random(1, weights.outputs, 4)[0], residual = random(shape.rows, weights.outputs, 5)
        let source = Matrix(columns: shape.inputs), target = Matrix(columns: weights.outputs), skip = Matrix(columns: weights.outputs)
        let plain = target.rows(shape.rows), scratch = ProductScratch()
        let rows = fill(source, input)
        weights.multiply(rows, into: plain, scratch: scratch)
        let fused = Matrix(columns: weights.outputs).rows(shape.rows)
        weights.multiply(
            rows, into: fused, .init(bias: Vector(bias), residual: fill(skip, residual), activation: .gelu), scratch: scratch)
        for row in 0..<shape.rows {
            let plain = plain.values(row: row), fused = fused.values(row: row)
            for (column, weight) in layers.joined().enumerated() {
                let (x, w, tolerance) = rounded(input[row], weight)
                let product = dot(x, w)
                #expect(abs(Double(plain[column]) - product) < tolerance)
                let sum = product + Double(bias[column]) + Double(residual[row][column])
                let expected = 0.5 * sum * (1 + erf(sum / 2.0.squareRoot()))
                #expect(abs(Double(fused[column]) - expected) < 1.2 * tolerance)
            }
        }
    }

    @Test("A row's product has the same bits alone and in any batch, in every type", arguments: DType.allCases, InstructionSet.available)
    func invariance(_ dtype: DType, _ set: InstructionSet) {
        // OpenBLAS sums in an order that depends on the shape.
        guard set != .portable || dtype != .f32 else { return }
        let input = random(31, 70, 6), layer = random(90, 70, 7)
        let weights = PackedWeights(inputs: 70, layers: sources([layer]), dtype: dtype, instructionSet: set)
        let scratch = ProductScratch(), source = Matrix(columns: 70)
        let all = Matrix(columns: 90).rows(31)
        let rows = fill(source, input)
        weights.multiply(rows, into: all, scratch: scratch)
        for row in [0, 5, 13, 14, 30] {
            let alone = Matrix(columns: 90).rows(1)
            weights.multiply(rows[row..<row + 1], into: alone, scratch: scratch)
            #expect(alone.values(row: 0).map(\.bitPattern) == all.values(row: row).map(\.bitPattern))
        }
    }

    @Test("A row of zeros and one with an infinity are multiplied without harm to others in int8", arguments: InstructionSet.available)
    func oddRows(_ set: InstructionSet) {
        let layer = random(40, 20, 8)
        let weights = PackedWeights(inputs: 20, layers: sources([layer]), dtype: .int8, instructionSet: set)
        var input = random(3, 20, 9)
        input[1] = [Float](repeating: 0, count: 20)
        input[2][4] = .infinity
        let product = Matrix(columns: 40).rows(3), source = Matrix(columns: 20)
        weights.multiply(fill(source, input), into: product, scratch: ProductScratch())
        #expect(product.values(row: 1).allSatisfy { $0 == 0 })
        #expect(product.values(row: 2).contains { !$0.isFinite })
        #expect(product.values(row: 0).allSatisfy { $0.isFinite })
    }

    @Test("Quantized layers are read as they are, and in another type as the numbers they stand for", arguments: InstructionSet.available)
    func quantized(_ set: InstructionSet) {
        let codes: [[Int8]] = (0..<33).map { o in (0..<20).map { Int8(truncatingIfNeeded: $0 * 13 + o * 7) }.map { max($0, -127) } }
        let scales = (0..<33).map { Float($0 + 1) / 1000 }
        let layer = LayerSource.quantized(outputs: 33, scales: scales) { rows, target in
            for (index, value) in codes[rows].joined().enumerated() { target[index] = value }
        }
        let input = random(4, 20, 10), source = Matrix(columns: 20)
        for (dtype, tolerance) in [(DType.f32, 1e-4), (.int8, 0.2)] {
            let weights = PackedWeights(inputs: 20, layers: [layer], dtype: dtype, instructionSet: set)
            let product = Matrix(columns: 33).rows(4)
            weights.multiply(fill(source, input), into: product, scratch: ProductScratch())
            for row in 0..<4 {
                for output in 0..<33 {
                    let expected = dot(input[row], codes[output].map { Float($0) * scales[output] })
                    #expect(abs(Double(product.values(row: row)[output]) - expected) < tolerance)
                }
            }
        }
    }

    @Test("OpenBLAS is told to use what the CPU has where it does not see it itself", arguments: [
        ("Prescott", 4, "SkylakeX"), ("Haswell", 4, "SkylakeX"), ("Prescott", 3, "Haswell"),
        ("Cooperlake", 4, nil), ("SkylakeX", 4, nil), ("Zen", 3, nil), ("Haswell", 3, nil), ("Prescott", 1, nil),
        ("ARMV8", 0, nil),
    ] as [(String, Int32, String?)])
    func core(_ core: String, _ level: Int32, _ better: String?) {
        #expect(BLAS.betterCore(than: core, level: level) == better)
    }
}
