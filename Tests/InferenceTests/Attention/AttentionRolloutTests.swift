import Testing

@testable import Inference

@Suite("Attention rollout")
struct AttentionRolloutTests {
    @Test("It agrees with numpy", arguments: AttentionGolden.names)
    func goldens(_ name: String) throws {
        let golden = try AttentionGolden(named: name)
        var rollout = AttentionRollout(tokens: golden.tokens)
        for layer in golden.attentionLayers { rollout.append(layer) }
        expectAgreement(rollout.values, golden.rollout)
    }

    @Test("Before the first layer each token is itself")
    func identity() {
        #expect(AttentionRollout(tokens: 2).values == [1, 0, 0, 1])
        #expect(AttentionRollout(tokens: 0).values.isEmpty)
    }

    @Test("Rows sum to 1, even where those of a layer do not quite")
    func rows() throws {
        var rollout = AttentionRollout(tokens: 3)
        for _ in 0..<4 { rollout.append(AttentionLayer(weights: [0.5, 0.25, 0.3, 0.9, 0, 0, 0.1, 0.2, 0.7], heads: 1, tokens: 3)) }
        for row in 0..<3 { expectAgreement([rollout.values[row * 3..<row * 3 + 3].reduce(0, +)], [1]) }
    }
}
