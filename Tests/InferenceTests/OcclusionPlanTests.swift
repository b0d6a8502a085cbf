import Testing
import Tokenizers

@testable import Inference

@Suite("Occlusion plans")
struct OcclusionPlanTests {
    /// `[CLS] un ##able [SEP] a b [SEP]`: a word of two tokens, and two words of the second text.
    private let pair = Encoding(
        ids: [1, 10, 11, 2, 12, 13, 2], typeIDs: [0, 0, 0, 0, 1, 1, 1], offsets: [0..<0, 0..<2, 2..<6, 0..<0, 0..<1, 2..<3, 0..<0],
        wordIDs: WordIDs([nil, 0, 0, nil, 0, 1, nil]), secondText: 4..<6)

    @Test("A text is read as it is, without words, without each word, and without each token of a longer word")
    func variants() {
        let plan = OcclusionPlan(pair)
        #expect(plan.sequences(hiddenBehind: 9) == [
            [1, 10, 11, 2, 12, 13, 2], [1, 9, 9, 2, 9, 9, 2],
            [1, 9, 9, 2, 12, 13, 2], [1, 9, 11, 2, 12, 13, 2], [1, 10, 9, 2, 12, 13, 2],
            [1, 10, 11, 2, 9, 13, 2], [1, 10, 11, 2, 12, 9, 2],
        ])
        #expect(plan.sequenceCount == 7 && plan.tokenCount == 49)
    }

    @Test("A contribution is what the logit loses, and the sum is held against the loss of all words")
    func contributions() {
        let result = OcclusionPlan(pair).contributions([8, 1, 4, 7, 6, 9, 5])
        #expect(result.words.map(\.contribution) == [4, -1, 3])
        #expect(result.words.map(\.word) == [
            EncodedWord(isOfSecondText: false, tokens: 1..<3, offsets: 0..<6), EncodedWord(isOfSecondText: true, tokens: 4..<5, offsets: 0..<1),
            EncodedWord(isOfSecondText: true, tokens: 5..<6, offsets: 2..<3),
        ])
        #expect(result.tokens.map(\.contribution) == [1, 2, -1, 3] && result.tokens.map(\.position) == [1, 2, 4, 5])
        #expect(result.completeness == .init(isComplete: false, sum: 6, difference: 7))
        #expect(OcclusionPlan(pair).contributions([8, 2, 4, 7, 6, 9, 5]).completeness == .init(isComplete: true, sum: 6, difference: 6))
    }

    @Test("A text without words is read once, and nothing is left to explain")
    func withoutWords() {
        let plan = OcclusionPlan(
            Encoding(ids: [1, 2], typeIDs: [0, 0], offsets: [0..<0, 0..<0], wordIDs: WordIDs([nil, nil])))
        #expect(plan.sequences(hiddenBehind: 9) == [[1, 2]])
        let result = plan.contributions([3])
        #expect(result.words.isEmpty && result.tokens.isEmpty)
        #expect(result.completeness == .init(isComplete: true, sum: 0, difference: 0))
    }

    @Test("Equal numbers in the two texts are two words")
    func neighbours() {
        let encoding = Encoding(
            ids: [10, 11], typeIDs: [0, 1], offsets: [0..<1, 0..<2], wordIDs: WordIDs([0, 0]), secondText: 1..<2)
        #expect(encoding.words.map(\.offsets) == [0..<1, 0..<2])
    }
}
