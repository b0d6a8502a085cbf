import FoundationEssentials
import TestSupport
import Testing

@testable import Inference

/// Random weights, and what `scripts/goldens/attention_lens.py` made of them.
struct AttentionGolden: Decodable {
    var layers: Int
    var heads: Int
    var tokens: Int
    var separators: [Int]
    /// For each layer `[heads, tokens, tokens]`, flat.
    var weights: [[Float]]
    /// For each layer `[tokens, tokens]`.
    var mean: [[Float]]
    var max: [[Float]]
    /// For each layer `[heads, 7]`.
    var statistics: [[Float]]
    /// By how many: for each layer `[heads, tokens, count]`, the keys' indices.
    var strongest: [String: [[Int32]]]
    /// `[tokens, tokens]`
    var rollout: [Float]
    var flow: [Float]

    static let names = [
        "one-token", "two-tokens", "one-layer", "two-layers", "even", "deep", "deeper", "sharp", "windowed", "ties", "more-than-a-register",
    ]

    init(named name: String) throws {
        self = try Repository.decode(AttentionGolden.self, from: Repository.goldens + "/attention/\(name).json")
    }

    var attentionLayers: [AttentionLayer] { weights.map { AttentionLayer(weights: $0, heads: heads, tokens: tokens) } }
}

/// That numbers agree to 1e-6 of their size.
func expectAgreement(_ found: [Float], _ expected: [Float], location: SourceLocation = #_sourceLocation) {
    guard found.count == expected.count else {
        Issue.record("\(found.count) numbers instead of \(expected.count)", sourceLocation: location)
        return
    }
    for (index, (found, expected)) in zip(found, expected).enumerated() where !(abs(found - expected) <= 1e-6 * abs(expected) + 1e-12) {
        Issue.record("number \(index) is \(found) instead of \(expected)", sourceLocation: location)
        return
    }
}
