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

    @Test("Packed weights multiply like the layers they were packed from", arguments: [
        (1, 1, 1), (1, 17, 5), (3, 16, 16), (7, 33, 20), (12, 48, 32), (50, 5, 129),
    ])
    func packed(_ rows: Int, _ inputs: Int, _ outputs: Int) {
        let input = random(rows, inputs, 1)
        let layers = [random(outputs, inputs, 2), random(outputs + 3, inputs, 3)]
        let weights = PackedWeights(inputs: inputs, layers: layers.map(\.count)) { index, target in
            for (output, row) in layers[index].enumerated() {
                for (column, value) in row.enumerated() { target[output * inputs + column] = value }
            }
        }
        let source = Matrix(columns: inputs), target = Matrix(columns: weights.outputs)
        let product = target.rows(rows)
        weights.multiply(fill(source, input), into: product)
        for row in 0..<rows {
            for (column, weight) in layers.joined().enumerated() {
                #expect(abs(Double(product.values(row: row)[column]) - dot(input[row], weight)) < 1e-5)
            }
        }
    }

    @Test("Views multiply with their own strides, plainly and transposed")
    func views() {
        let numbers = random(6, 24, 4)
        let owner = Matrix(columns: 24)
        let all = fill(owner, numbers)
        let a = all[1..<5][columns: 3..<11], b = all[1..<5][columns: 12..<20]
        let scores = Matrix(columns: 4), context = Matrix(columns: 8)
        scores.rows(4).setProduct(a, transposed: b)
        for q in 0..<4 {
            for k in 0..<4 {
                let expected = dot(Array(numbers[q + 1][3..<11]), Array(numbers[k + 1][12..<20]))
                #expect(abs(Double(scores.rows(4).values(row: q)[k]) - expected) < 1e-5)
            }
        }
        context.rows(4).setProduct(scores.rows(4), b)
        for q in 0..<4 {
            for d in 0..<8 {
                let expected = (0..<4).reduce(0.0) { sum, k in
                    sum + Double(scores.rows(4).values(row: q)[k]) * Double(numbers[k + 1][12 + d])
                }
                #expect(abs(Double(context.rows(4).values(row: q)[d]) - expected) < 1e-5)
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
