import Testing

@testable import Inference

@Suite("Head reduction")
struct HeadReductionTests {
    @Test("The mean and the maximum over heads agree with numpy", arguments: AttentionGolden.names)
    func goldens(_ name: String) throws {
        let golden = try AttentionGolden(named: name)
        for (index, layer) in golden.attentionLayers.enumerated() {
            expectAgreement(HeadReduction.mean.reduce(layer), golden.mean[index])
            expectAgreement(HeadReduction.maximum.reduce(layer), golden.max[index])
        }
    }

    @Test("One head stays as it is")
    func oneHead() {
        let layer = AttentionLayer(weights: [0.25, 0.75, 1, 0], heads: 1, tokens: 2)
        for reduction in HeadReduction.allCases { #expect(reduction.reduce(layer) == layer.weights) }
    }

    @Test("No tokens have an empty matrix")
    func empty() {
        let layer = AttentionLayer(weights: [], heads: 3, tokens: 0)
        for reduction in HeadReduction.allCases { #expect(reduction.reduce(layer).isEmpty) }
    }
}
