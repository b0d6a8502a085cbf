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

    @Test("An activation agrees with its definition to 3e-7 of its size", arguments: [
        Activation.identity, .gelu, .geluTanh, .relu, .silu, .tanh,
    ])
    func activations(_ activation: Activation) {
        let count = 20_001
        let row = Matrix(columns: count).rows(1)
        let inputs = (0..<count).map { Float($0 - 10_000) / 800 }  // -12.5 ... 12.5, zero included
        row.setRow(0, to: inputs)
        row.add(Vector([Float](repeating: 0, count: count)), then: activation)
        for (column, value) in row.values(row: 0).enumerated() {
            let expected = definition(activation, Double(inputs[column]))
            #expect(abs(Double(value) - expected) <= 3e-7 * max(1, abs(expected)), "at \(inputs[column])")
        }
    }

    @Test("An activation of a huge number is its limit, and of NaN is NaN", arguments: [
        (Activation.gelu, Float(0)), (.geluTanh, 0), (.silu, 0), (.tanh, -1), (.relu, 0),
    ])
    func extremes(_ activation: Activation, _ limitOnTheLeft: Float) {
        let row = Matrix(columns: 3).rows(1)
        row.setRow(0, to: [-1e30, 1e30, .nan])
        row.add(Vector([0, 0, 0]), then: activation)
        let values = row.values(row: 0)
        #expect(values[0] == limitOnTheLeft)
        #expect(values[1] == (activation == .tanh ? 1 : 1e30))
        #expect(values[2].isNaN)
    }

    @Test("A bias is added before the activation at every width", arguments: widths)
    func bias(_ width: Int) {
        let (view, values) = matrix(3, width, seed: 1)
        let (biasRow, bias) = matrix(1, width, seed: 2)
        view.add(Vector(biasRow.values(row: 0)), then: .relu)
        for row in 0..<3 {
            #expect(view.values(row: row) == zip(values[row], bias[0]).map { max($0 + $1, 0) })
        }
    }

    @Test("A LayerNorm of row, bias and residual agrees with its definition at every width", arguments: widths)
    func layerNorm(_ width: Int) {
        let (view, values) = matrix(3, width, seed: 3)
        let (residual, skip) = matrix(3, width, seed: 4)
        let (parameters, numbers) = matrix(3, width, seed: 5)
        let vectors = (0..<3).map { Vector(parameters.values(row: $0)) }
        view.layerNorm(adding: vectors[0], residual: residual, gain: vectors[1], offset: vectors[2], epsilon: 1e-3)
        for row in 0..<3 {
            let sums = (0..<width).map { Double(values[row][$0]) + Double(numbers[0][$0]) + Double(skip[row][$0]) }
            let mean = sums.reduce(0, +) / Double(width)
            let variance = sums.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(width)
            for (column, value) in view.values(row: row).enumerated() {
                let expected = (sums[column] - mean) / (variance + 1e-3).squareRoot() * Double(numbers[1][column]) + Double(numbers[2][column])
                #expect(abs(Double(value) - expected) < 1e-5)
            }
        }
    }

    @Test("A softmax agrees with its definition at every width, and its rows sum to one", arguments: widths)
    func softmax(_ width: Int) {
        let (view, values) = matrix(4, width, seed: 6, scale: 30)
        view.softmax(scale: 0.7)
        for row in 0..<4 {
            let exponentials = values[row].map { exp(0.7 * (Double($0) - Double(values[row].max()!))) }
            let sum = exponentials.reduce(0, +)
            for (column, value) in view.values(row: row).enumerated() {
                #expect(abs(Double(value) - exponentials[column] / sum) < 1e-6)
            }
            #expect(abs(view.values(row: row).reduce(0, +) - 1) < 1e-6)
        }
    }

    @Test("Scores of a thousand do not overflow a softmax")
    func largeScores() {
        let row = Matrix(columns: 3).rows(1)
        row.setRow(0, to: [1000, 999, -1000])
        row.softmax(scale: 1)
        let values = row.values(row: 0)
        #expect(abs(values[0] - 0.7310586) < 1e-6 && abs(values[1] - 0.2689414) < 1e-6 && values[2] == 0)
    }

    @Test("An operation on some columns of some rows leaves the others alone")
    func views() {
        let (view, values) = matrix(4, 40, seed: 7)
        view[1..<3][columns: 7..<24].add(Vector([Float](repeating: 1, count: 17)))
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
