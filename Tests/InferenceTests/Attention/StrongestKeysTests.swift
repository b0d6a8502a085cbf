import Testing

@testable import Inference

@Suite("Strongest keys")
struct StrongestKeysTests {
    @Test("They are those that numpy's stable sort puts first", arguments: AttentionGolden.names)
    func goldens(_ name: String) throws {
        let golden = try AttentionGolden(named: name)
        for (count, expected) in golden.strongest {
            for (index, weights) in golden.weights.enumerated() {
                let found = StrongestKeys(try #require(Int(count)), of: weights, length: golden.tokens)
                #expect(found.count == min(Int(count)!, golden.tokens))
                #expect(found.indices == expected[index])
                #expect(found.weights == found.indices.enumerated().map { weights[$0 / found.count * golden.tokens + Int($1)] })
            }
        }
    }

    @Test("Of equal weights the lower index comes first, -0 and 0 included, and negative numbers come last")
    func ties() {
        let row: [Float] = [-1, -0.0, 0, 0.5, -0.0, 0.5, -2]
        #expect(StrongestKeys(7, of: row, length: 7).indices == [3, 5, 1, 2, 4, 0, 6])
        for count in 0...6 { #expect(StrongestKeys(count, of: row, length: 7).indices == Array([3, 5, 1, 2, 4, 0, 6].prefix(count))) }
    }

    @Test("None, none of nothing, and more than there are")
    func bounds() {
        #expect(StrongestKeys(0, of: [1, 2], length: 2).indices.isEmpty)
        #expect(StrongestKeys(3, of: [], length: 0).count == 0)
        let found = StrongestKeys(9, of: [1, 2, 4, 3], length: 2)
        #expect(found.count == 2)
        #expect(found.indices == [1, 0, 0, 1])
        #expect(found.weights == [2, 1, 4, 3])
    }
}
