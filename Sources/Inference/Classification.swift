import Glibc
import Models

/// How logits become scores; the names are those of transformers' text-classification pipeline.
public enum ScoreFunction: String, Sendable, CaseIterable {
    case softmax
    case sigmoid
    case none

    /// `[labels]` to `[labels]`
    func apply(_ logits: [Float]) -> [Float] {
        switch self {
        case .none: return logits
        case .sigmoid: return logits.map { 1 / (1 + expf(-$0)) }
        case .softmax:
            let maximum = logits.max() ?? 0
            let exponentials = logits.map { expf($0 - maximum) }
            let sum = exponentials.reduce(0, +)
            return exponentials.map { $0 / sum }
        }
    }
}

public struct LabelScore: Sendable, Equatable {
    public var label: String
    public var score: Float
}

extension SequenceClassificationLabels {
    /// What the pipeline of the reference applies when it is not told: nothing to a regression, a sigmoid to several
    /// labels that may hold together and to a single one, else a softmax.
    public var defaultFunction: ScoreFunction {
        switch problemType {
        case .regression: .none
        case .multiLabelClassification: .sigmoid
        case .singleLabelClassification, nil: names.count == 1 ? .sigmoid : .softmax
        }
    }

    /// The labels by falling score, the first `topK` of them. Equal scores keep the labels' order.
    func ranked(_ logits: [Float], _ function: ScoreFunction, topK: Int?) -> [LabelScore] {
        let scores = function.apply(logits)
        let order = scores.indices.sorted { (scores[$1], $0) < (scores[$0], $1) }
        return order.prefix(topK ?? order.count).map { LabelScore(label: names[$0], score: scores[$0]) }
    }

    /// The label that `ranked` puts first, and which logit is its.
    /// - Parameter logits: numbers, at least one.
    func best(_ logits: [Float], _ function: ScoreFunction) -> (index: Int, label: LabelScore) {
        let scores = function.apply(logits)
        let index = scores.indices.reduce(0) { scores[$1] > scores[$0] ? $1 : $0 }
        return (index, LabelScore(label: names[index], score: scores[index]))
    }
}
