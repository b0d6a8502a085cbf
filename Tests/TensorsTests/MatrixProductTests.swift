import Testing

@testable import Tensors

@Suite("Products of plain matrices")
struct MatrixProductTests {
    @Test("They agree with their definition in double precision", arguments: [(1, 1, 1), (2, 3, 4), (7, 1, 5), (33, 20, 17), (3, 64, 3)])
    func definition(_ rows: Int, _ depth: Int, _ columns: Int) {
        var random = Seeded(7)
        let a = (0..<rows * depth).map { _ in Float.random(in: -1...1, using: &random) }
        let b = (0..<depth * columns).map { _ in Float.random(in: -1...1, using: &random) }
        let product = MatrixProduct.multiply(a, b, rows: rows, depth: depth, columns: columns)
        #expect(product.count == rows * columns)
        for row in 0..<rows {
            for column in 0..<columns {
                let expected = (0..<depth).reduce(0.0) { $0 + Double(a[row * depth + $1]) * Double(b[$1 * columns + column]) }
                #expect(abs(Double(product[row * columns + column]) - expected) < 1e-5)
            }
        }
    }

    @Test("A product over nothing is zero, and one without rows or columns empty")
    func empty() {
        #expect(MatrixProduct.multiply([], [], rows: 2, depth: 0, columns: 2) == [0, 0, 0, 0])
        #expect(MatrixProduct.multiply([], [1, 2], rows: 0, depth: 1, columns: 2).isEmpty)
        #expect(MatrixProduct.multiply([1, 2], [], rows: 2, depth: 1, columns: 0).isEmpty)
    }
}
