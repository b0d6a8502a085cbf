/// config.json's `problem_type`.
public enum ProblemType: String, Sendable, CaseIterable {
    case regression
    case singleLabelClassification = "single_label_classification"
    case multiLabelClassification = "multi_label_classification"
}

/// The labels of a sequence-classification head, as config.json gives them.
public struct SequenceClassificationLabels: Sendable, Equatable {
    public var names: [String]
    public var problemType: ProblemType?

    public init(names: [String], problemType: ProblemType?) {
        self.names = names
        self.problemType = problemType
    }

    /// - Parameters:
    ///   - id2label: the names by the decimal number of the output; nil means `LABEL_0` and so on, as in the reference.
    ///   - count: `num_labels`, used without `id2label`; 2 where that is missing too, again as in the reference.
    /// - Returns: nil when the numbers are not 0, 1, 2 and so on.
    init?(id2label: [String: String]?, count: Int?, problemType: ProblemType?) {
        if let id2label {
            let byNumber = id2label.compactMap { key, name in Int(key).map { ($0, name) } }.sorted { $0.0 < $1.0 }
            guard byNumber.count == id2label.count, byNumber.map(\.0) == Array(0..<id2label.count), !byNumber.isEmpty
            else { return nil }
            names = byNumber.map(\.1)
        } else {
            guard (count ?? 2) > 0 else { return nil }
            names = (0..<(count ?? 2)).map { "LABEL_\($0)" }
        }
        self.problemType = problemType
    }
}
