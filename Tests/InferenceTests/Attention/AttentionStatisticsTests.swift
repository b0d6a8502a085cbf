import Glibc
import Testing

@testable import Inference

@Suite("Attention statistics")
struct AttentionStatisticsTests {
    private func statistics(_ weights: [Float], tokens: Int, separators: [Int] = []) -> AttentionStatistics {
        AttentionStatistics.ofHeads(AttentionLayer(weights: weights, heads: 1, tokens: tokens), separators: separators)[0]
    }

    @Test("They agree with numpy", arguments: AttentionGolden.names)
    func goldens(_ name: String) throws {
        let golden = try AttentionGolden(named: name)
        for (index, layer) in golden.attentionLayers.enumerated() {
            let found = AttentionStatistics.ofHeads(layer, separators: golden.separators)
            expectAgreement(found.flatMap(\.values), golden.statistics[index])
        }
    }

    @Test("A head that looks at the token before has no entropy, and the first query no such key")
    func previousToken() {
        var weights = [Float](repeating: 0, count: 16)
        weights[0] = 1
        for query in 1..<4 { weights[query * 4 + query - 1] = 1 }
        let found = statistics(weights, tokens: 4, separators: [3])
        #expect(found.values == [0, 0.75, 0.5, 0, 0.75, 0.25, 0])
    }

    @Test("An even head has the entropy ln N and a share on each key", arguments: [1, 2, 15, 16, 17, 64, 100])
    func even(_ tokens: Int) {
        let found = statistics([Float](repeating: 1 / Float(tokens), count: tokens * tokens), tokens: tokens, separators: [0, tokens - 1])
        let share = 1 / Float(tokens)
        expectAgreement(
            found.values,
            [
                logf(Float(tokens)), Float(tokens * tokens - 1) / Float(3 * tokens), share, 2 * share,
                share * Float(tokens - 1) / Float(tokens), share, share * Float(tokens - 1) / Float(tokens),
            ])
    }

    @Test("There is a name for each number, and no tokens have zeros")
    func empty() {
        #expect(AttentionStatistics.names.count == 7)
        #expect(statistics([], tokens: 0).values == [Float](repeating: 0, count: 7))
    }
}
