import Models
import Testing

@testable import Inference

@Suite("Scores")
struct ClassificationTests {
    private func labels(_ count: Int, _ problem: ProblemType?) -> SequenceClassificationLabels {
        SequenceClassificationLabels(names: (0..<count).map { "LABEL_\($0)" }, problemType: problem)
    }

    @Test("The function is the one transformers' pipeline takes for the problem type", arguments: [
        (3, nil, ScoreFunction.softmax), (1, nil, .sigmoid), (3, ProblemType.singleLabelClassification, .softmax),
        (3, .multiLabelClassification, .sigmoid), (1, .multiLabelClassification, .sigmoid), (1, .regression, .none), (2, .regression, .none),
    ] as [(Int, ProblemType?, ScoreFunction)])
    func defaults(_ count: Int, _ problem: ProblemType?, _ expected: ScoreFunction) {
        #expect(labels(count, problem).defaultFunction == expected)
    }

    @Test("Labels come by falling score, as many as asked for, equal ones in their own order")
    func ranking() {
        let ranked = labels(4, nil).ranked([1, 3, 1, 2], .none, topK: nil)
        #expect(ranked.map(\.label) == ["LABEL_1", "LABEL_3", "LABEL_0", "LABEL_2"])
        #expect(labels(4, nil).ranked([1, 3, 1, 2], .none, topK: 2).map(\.score) == [3, 2])
        #expect(labels(2, nil).ranked([1, 2], .none, topK: 9).count == 2)
    }

    @Test("A softmax sums to one and huge logits don't overflow it")
    func softmax() {
        let scores = ScoreFunction.softmax.apply([1000, 999, -1000])
        #expect(abs(scores[0] - 0.7310586) < 1e-6 && abs(scores.reduce(0, +) - 1) < 1e-6)
        #expect(ScoreFunction.sigmoid.apply([0, 1000, -1000]) == [0.5, 1, 0])
    }
}
