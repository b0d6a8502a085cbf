import Glibc
import Testing

@testable import Tensors

/// Every operation against its definition in double precision, at widths on both sides of a vector register.
@Suite("Row operations")
struct RowOperationsTests {
    static let widths = [1, 2, 15, 16, 17, 30, 32, 33, 100, 384]

    private func matrix(_ rows: Int, _ columns: Int, seed: UInt64, scale: Float = 3) -> (Rows, [[Float]]) {
        var random = Seeded(seed)
        let values = (0..<rows).map { _ in (0..<columns).map { _ in Float.random(in: -scale...scale, using: &random) } }
        let matrix = Matrix(columns: columns)
        let view = matrix.rows(rows)
        for row in 0..<rows { view.setRow(row, to: values[row]) }
        return (view, values)
    }

    private func definition(_ activation: Activation, _ x: Double) -> Double {
        switch activation {
        case .identity: x
        case .gelu: 0.5 * x * (1 + erf(x / 2.0.squareRoot()))
        case .geluTanh: 0.5 * x * (1 + Glibc.tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)))
        case .relu: max(x, 0)
        case .silu: x / (1 + exp(-x))
        case .tanh: Glibc.tanh(x)
        }
    }

    @Test("An activation agrees with its definition to 5e-7 of its argument's size", arguments: [
        Activation.identity, .gelu, .geluTanh, .relu, .silu, .tanh,
    ])
    func activations(_ activation: Activation) {
        let count = 20_001
        let row = Matrix(columns: count).rows(1)
        let inputs = (0..<count).map { Float($0 - 10_000) / 800 }  // -12.5 ... 12.5, zero included
        row.setRow(0, to: inputs)
        row.finish(.init(activation: activation))
        for (column, value) in row.values(row: 0).enumerated() {
            let expected = definition(activation, Double(inputs[column]))
            #expect(abs(Double(value) - expected) <= 5e-7 * max(1, abs(Double(inputs[column]))), "at \(inputs[column])")
        }
    }

    @Test("An activation of a huge number is its limit, and of NaN is NaN", arguments: [
        (Activation.gelu, Float(0)), (.geluTanh, 0), (.silu, 0), (.tanh, -1), (.relu, 0),
    ])
    func extremes(_ activation: Activation, _ limitOnTheLeft: Float) {
        let row = Matrix(columns: 3).rows(1)
        row.setRow(0, to: [-1e30, 1e30, .nan])
        row.finish(.init(activation: activation))
        let values = row.values(row: 0)
        #expect(values[0] == limitOnTheLeft)
        #expect(values[1] == (activation == .tanh ? 1 : 1e30))
        #expect(values[2].isNaN)
    }

    @Test("A bias is added before the activation at every width", arguments: widths)
    func bias(_ width: Int) {
        let (view, values) = matrix(3, width, seed: 1)
        let (biasRow, bias) = matrix(1, width, seed: 2)
        view.finish(.init(bias: Vector(biasRow.values(row: 0)), activation: .relu))
        for row in 0..<3 {
            #expect(view.values(row: row) == zip(values[row], bias[0]).map { max($0 + $1, 0) })
        }
    }

    @Test("A LayerNorm agrees with its definition at every width, of rows and of an embedding's sum", arguments: widths)
    func layerNorm(_ width: Int) {
        let (view, values) = matrix(3, width, seed: 3)
        let (parameters, numbers) = matrix(2, width, seed: 5)
        let vectors = (0..<2).map { Vector(parameters.values(row: $0)) }
        let table = Table(rows: 3, columns: width) { target in
            for (index, value) in values.joined().enumerated() { target[index] = value }
        }
        func expectNormalized(_ row: [Float], _ sums: [Double]) {
            let mean = sums.reduce(0, +) / Double(width)
            let variance = sums.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(width)
            for (column, value) in row.enumerated() {
                let expected = (sums[column] - mean) / (variance + 1e-3).squareRoot() * Double(numbers[0][column]) + Double(numbers[1][column])
                #expect(abs(Double(value) - expected) < 1e-5)
            }
        }
        view.layerNorm(gain: vectors[0], offset: vectors[1], epsilon: 1e-3)
        for row in 0..<3 { expectNormalized(view.values(row: row), values[row].map(Double.init)) }
        view.setRow(1, toNormalizedSum: (table, 0), (table, 1), (table, 2), gain: vectors[0], offset: vectors[1], epsilon: 1e-3)
        expectNormalized(view.values(row: 1), (0..<width).map { column in values.reduce(0) { $0 + Double($1[column]) } })
    }

    @Test("An operation on some columns of some rows leaves the others alone")
    func views() {
        let (view, values) = matrix(4, 40, seed: 7)
        view[1..<3][columns: 7..<24].finish(.init(bias: Vector([Float](repeating: 1, count: 17))))
        for row in 0..<4 {
            let expected = values[row].enumerated().map { (1..<3).contains(row) && (7..<24).contains($0) ? $1 + 1 : $1 }
            #expect(view.values(row: row) == expected)
        }
    }
}

/// A small generator with a seed (SplitMix64), so that a failure repeats.
struct Seeded: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
