import Glibc
import Testing

@testable import Tensors

@Suite("Attention with windows, distances, segments and picked keys")
struct AttentionFormTests {
    /// One sequence, and attention over it by its definition, in binary64.
    private struct Definition {
        let tokens: Int, heads: Int, size: Int
        let values: [[Float]]
        var scale: Double
        var window = Int.max
        /// Added to a score before it is scaled.
        var term: (_ head: Int, _ query: Int, _ key: Int) -> Double = { _, _, _ in 0 }
        /// How often a key counts for a query.
        var count: (_ query: Int, _ key: Int) -> Double = { _, _ in 1 }

        init(tokens: Int, heads: Int, size: Int) {
            var generator = Seeded(7)
            (self.tokens, self.heads, self.size) = (tokens, heads, size)
            values = (0..<tokens).map { _ in (0..<3 * heads * size).map { _ in Float.random(in: -2...2, using: &generator) } }
            scale = 1 / Double(size).squareRoot()
        }

        var queryKeyValue: Rows {
            let rows = Matrix(columns: 3 * heads * size).rows(tokens)
            for (row, numbers) in values.enumerated() { rows.setRow(row, to: numbers) }
            return rows
        }

        func part(_ part: Int, _ head: Int, _ token: Int) -> ArraySlice<Float> {
            let start = part * heads * size + head * size
            return values[token][start..<start + size]
        }

        func weights(_ head: Int, _ query: Int) -> [Double] {
            let scores = (0..<tokens).map { key -> Double in
                if abs(key - query) > window || count(query, key) == 0 { return -.infinity }
                return scale * (dot(part(0, head, query), part(1, head, key)) + term(head, query, key))
            }
            let greatest = scores.max()!
            let exponentials = scores.indices.map { exp(scores[$0] - greatest) * count(query, $0) }
            let sum = exponentials.reduce(0, +)
            return exponentials.map { $0 / sum }
        }

        func context(_ head: Int, _ query: Int) -> [Double] {
            let weights = weights(head, query)
            return (0..<size).map { column in
                (0..<tokens).reduce(0) { $0 + weights[$1] * Double(part(2, head, $1)[part(2, head, $1).startIndex + column]) }
            }
        }
    }

    private static func dot(_ left: ArraySlice<Float>, _ right: ArraySlice<Float>) -> Double {
        zip(left, right).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }

    /// Runs the parts, with and without keeping weights, and compares the rows of their queries.
    private func expect(
        _ definition: Definition, _ set: InstructionSet, _ parts: [(queries: Range<Int>, keys: SelfAttention.Keys?)], form: AttentionForm,
        segments: [Int32] = [], shown: (_ query: Int, _ key: Int) -> Double = { _, _ in 1 }
    ) {
        let (n, heads, size) = (definition.tokens, definition.heads, definition.size)
        let queryKeyValue = definition.queryKeyValue
        let context = Matrix(columns: heads * size).rows(n), kept = Matrix(columns: heads * size).rows(n)
        let scratch = ProductScratch()
        var weights = [Float](repeating: 0, count: heads * n * n)
        for part in parts {
            SelfAttention(queryKeyValue, into: context, queries: part.queries, keys: part.keys, form: form, segments: segments)
                .run(heads: 0..<heads, instructionSet: set, scratch: scratch)
            SelfAttention(queryKeyValue, into: kept, queries: part.queries, keys: part.keys, form: form, segments: segments)
                .run(keeping: &weights, at: (0..<heads).map { $0 * n * n }, instructionSet: set, team: .alone, scratch: [scratch])
        }
        for query in parts.flatMap(\.queries) {
            #expect(context.values(row: query) == kept.values(row: query))
            let row = context.values(row: query)
            for head in 0..<heads {
                let expected = definition.weights(head, query)
                let found = weights[(head * n + query) * n..<(head * n + query + 1) * n]
                let far = zip(found, expected.indices).contains { abs(Double($0) - expected[$1] * shown(query, $1)) > 2e-5 }
                #expect(!far, "weights of query \(query), head \(head)")
                let differs = zip(row[head * size..<(head + 1) * size], definition.context(head, query)).contains { abs(Double($0) - $1) > 2e-4 }
                #expect(!differs, "context of query \(query), head \(head)")
            }
        }
    }

    @Test("A window hides far keys, also where queries come in parts with the keys around them", arguments: InstructionSet.available)
    func window(_ set: InstructionSet) {
        for (tokens, window) in [(1, 2), (9, 0), (40, 3), (70, 33), (150, 20)] {
            var definition = Definition(tokens: tokens, heads: 2, size: 8)
            definition.window = window
            let form = AttentionForm(heads: 2, headSize: 8, window: window)
            expect(definition, set, [(0..<tokens, nil)], form: form)
            let parts = stride(from: 0, to: tokens, by: 16).map { first -> (Range<Int>, SelfAttention.Keys?) in
                let last = min(first + 16, tokens)
                return (first..<last, .range(max(0, first - window)..<min(tokens, last + window)))
            }
            expect(definition, set, parts, form: form)
        }
    }

    @Test("Keys that are picked are seen, more than once where their bias says so, and no others", arguments: InstructionSet.available)
    func picked(_ set: InstructionSet) {
        let tokens = 75, keys: [Int32] = [0, 1, 2, 30, 31, 60, 74]
        var definition = Definition(tokens: tokens, heads: 3, size: 8)
        definition.count = { _, key in keys.contains(Int32(key)) ? key < 2 ? 4 : 1 : 0 }
        let bias = logf(4) * Float(8).squareRoot()
        expect(
            definition, set, [(20..<50, .picked(keys, biases: keys.map { $0 < 2 ? bias : 0 }))], form: AttentionForm(heads: 3, headSize: 8),
            shown: { _, key in key < 2 ? 0.25 : 1 })
    }

    @Test("A bias, relative keys and queries, and segments are added by distance", arguments: InstructionSet.available)
    func relative(_ set: InstructionSet) {
        for (tokens, size) in [(1, 4), (2, 8), (17, 8), (33, 16), (70, 12)] {
            let heads = 2, width = heads * size, positions = 80
            var generator = Seeded(3)
            func numbers(_ count: Int) -> [Float] { (0..<count).map { _ in Float.random(in: -1...1, using: &generator) } }
            let bias = numbers(heads * (2 * positions - 1))
            let keys = numbers(5 * width), queries = numbers((2 * positions - 1) * width)
            let queryBias = numbers(width), difference = numbers(width), segmentBias = numbers(width)
            // Five rows for all distances, and one for each.
            let keyRows = (0..<2 * positions - 1).map { Int32(min(max($0 - positions + 3, 0), 4)) }
            let queryRows = (0..<Int32(2 * positions - 1)).map { Int32(2 * positions - 2) - $0 }
            let segments = (0..<tokens).map { Int32($0 / 9 % 3) }
            let relative = RelativeAttention(
                positions: positions, bias: Table(rows: heads, columns: 2 * positions - 1) { _ = $0.update(fromContentsOf: bias) },
                keys: .init(Table(rows: 5, columns: width) { _ = $0.update(fromContentsOf: keys) }, rows: keyRows),
                queries: .init(Table(rows: 2 * positions - 1, columns: width) { _ = $0.update(fromContentsOf: queries) }, rows: queryRows),
                queryBias: Vector(queryBias), segments: .init(difference: Vector(difference), queryBias: Vector(segmentBias)))
            var definition = Definition(tokens: tokens, heads: heads, size: size)
            definition.scale = 0.2
            let sequence = definition
            definition.term = { head, query, key in
                let place = key - query + positions - 1, columns = head * size..<(head + 1) * size
                let q = sequence.part(0, head, query), k = sequence.part(1, head, key)
                func sum(_ left: ArraySlice<Float>, _ right: [Float]) -> ArraySlice<Float> { zip(left, right[columns]).map(+)[...] }
                func row(_ table: [Float], _ row: Int32) -> ArraySlice<Float> {
                    table[Int(row) * width + columns.lowerBound..<Int(row) * width + columns.upperBound]
                }
                return Double(bias[head * (2 * positions - 1) + place])
                    + Self.dot(sum(q, queryBias), row(keys, keyRows[place])) + Self.dot(k, row(queries, queryRows[place]))
                    + (segments[query] == segments[key] ? 0 : Self.dot(sum(q, segmentBias), difference[columns]))
            }
            let form = AttentionForm(heads: heads, headSize: size, scale: 0.2, relative: relative)
            expect(definition, set, [(0..<tokens, nil)], form: form, segments: segments)
            expect(definition, set, [(0..<1, nil), (tokens - 1..<tokens, nil)], form: form, segments: segments)
        }
    }

    @Test("A rotation turns pairs of columns by an angle that grows with the position")
    func rotary() {
        let rows = Matrix(columns: 12).rows(5), table = RotaryTable(positions: 8, size: 4, base: 100)
        var generator = Seeded(5)
        let before = (0..<5).map { _ in (0..<12).map { _ in Float.random(in: -1...1, using: &generator) } }
        for (row, numbers) in before.enumerated() { rows.setRow(row, to: numbers) }
        table.rotate(rows, headSize: 6)
        for (position, numbers) in before.enumerated() {
            let after = rows.values(row: position)
            for head in 0..<2 {
                for column in 0..<2 {
                    let angle = Double(position) / pow(100, Double(2 * column) / 4)
                    let x = Double(numbers[6 * head + column]), y = Double(numbers[6 * head + column + 2])
                    #expect(abs(Double(after[6 * head + column]) - (x * cos(angle) - y * sin(angle))) < 1e-6)
                    #expect(abs(Double(after[6 * head + column + 2]) - (y * cos(angle) + x * sin(angle))) < 1e-6)
                }
                #expect(after[6 * head + 4..<6 * head + 6] == numbers[6 * head + 4..<6 * head + 6])
            }
        }
    }

    @Test("A gate multiplies one half, through the activation, with the other", arguments: [true, false])
    func gate(_ activatesFirst: Bool) {
        let rows = Matrix(columns: 14).rows(2), values = (0..<14).map { Float($0) / 4 - 2 }
        rows.setRow(0, to: values)
        rows.setRow(1, to: values.reversed())
        rows.gate(activatesFirst: activatesFirst, .relu)
        for (row, values) in [values, values.reversed()].enumerated() {
            for column in 0..<7 {
                let (a, b) = (values[column], values[column + 7])
                #expect(rows.values(row: row)[column] == (activatesFirst ? max(a, 0) * b : a * max(b, 0)))
            }
        }
    }
}
