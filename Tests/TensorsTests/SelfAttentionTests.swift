import Glibc
import Testing

@testable import Tensors

@Suite("Self-attention")
struct SelfAttentionTests {
    static let shapes = [(1, 1, 1), (2, 3, 4), (12, 2, 32), (17, 2, 16), (33, 1, 64), (70, 2, 40), (130, 1, 32)]
    static let cases = shapes.flatMap { shape in InstructionSet.available.map { (shape, $0) } }

    @Test("Context and weights agree with their definition, whatever the tokens and the head's size, on every path", arguments: cases)
    func definition(_ shape: (tokens: Int, heads: Int, headSize: Int), _ set: InstructionSet) {
        let (n, heads, size) = shape
        let width = heads * size, form = AttentionForm(heads: heads, headSize: size)
        var generator = Seeded(1)
        let values = (0..<n).map { _ in (0..<3 * width).map { _ in Float.random(in: -3...3, using: &generator) } }
        let queryKeyValue = Matrix(columns: 3 * width).rows(n)
        for (row, numbers) in values.enumerated() { queryKeyValue.setRow(row, to: numbers) }
        let context = Matrix(columns: width).rows(n), first = Matrix(columns: width).rows(n), kept = Matrix(columns: width).rows(n)
        let scratch = ProductScratch()
        SelfAttention(queryKeyValue, into: context, queries: 0..<n, form: form)
            .run(heads: 0..<heads, instructionSet: set, scratch: scratch)
        SelfAttention(queryKeyValue, into: first, queries: 0..<1, form: form)
            .run(heads: 0..<heads, instructionSet: set, scratch: scratch)
        var weights = [Float](repeating: .nan, count: heads * n * n)
        SelfAttention(queryKeyValue, into: kept, queries: 0..<n, form: form)
            .run(keeping: &weights, at: (0..<heads).map { $0 * n * n }, instructionSet: set, team: .alone, scratch: [scratch])
        for head in 0..<heads {
            for q in 0..<n {
                let query = values[q][head * size..<(head + 1) * size]
                let scores = (0..<n).map { k in
                    zip(query, values[k][width + head * size..<width + (head + 1) * size]).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
                        / Double(size).squareRoot()
                }
                let exponentials = scores.map { exp($0 - scores.max()!) }, sum = exponentials.reduce(0, +)
                for k in 0..<n { #expect(abs(Double(weights[(head * n + q) * n + k]) - exponentials[k] / sum) < 2e-5) }
                let contextRow = context.values(row: q), keptRow = kept.values(row: q), firstRow = first.values(row: 0)
                for d in 0..<size {
                    let expected = (0..<n).reduce(0.0) { $0 + exponentials[$1] / sum * Double(values[$1][2 * width + head * size + d]) }
                    #expect(abs(Double(contextRow[head * size + d]) - expected) < 1e-4)
                    #expect(abs(Double(keptRow[head * size + d]) - expected) < 1e-4)
                    if q == 0 { #expect(abs(Double(firstRow[head * size + d]) - expected) < 1e-4) }
                }
            }
        }
    }
}
