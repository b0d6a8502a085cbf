import Tensors

/// How one vector is made of a sequence's last hidden states; the names are the keys of sentence-transformers' `1_Pooling/config.json`, in
/// the order in which their vectors stand where there are several.
public enum Pooling: String, Sendable, CaseIterable {
    /// The first token's.
    case cls = "pooling_mode_cls_token"
    /// The largest number of each column.
    case max = "pooling_mode_max_tokens"
    case mean = "pooling_mode_mean_tokens"
    /// The sum over the square root of the number of tokens.
    case meanSqrtLength = "pooling_mode_mean_sqrt_len_tokens"
    /// The mean, where a token at position p counts p + 1 times.
    case weightedMean = "pooling_mode_weightedmean_tokens"
    /// The last token's.
    case last = "pooling_mode_lasttoken"

    /// In words.
    var name: String {
        switch self {
        case .cls: "the first token"
        case .mean: "mean"
        case .max: "maximum"
        case .meanSqrtLength: "sum over the root of the length"
        case .weightedMean: "mean weighted by position"
        case .last: "the last token"
        }
    }

    /// What newer files call it.
    var fileName: String {
        switch self {
        case .cls: "cls"
        case .max: "max"
        case .mean: "mean"
        case .meanSqrtLength: "mean_sqrt_len_tokens"
        case .weightedMean: "weightedmean"
        case .last: "lasttoken"
        }
    }

    init?(fileName name: String) {
        guard let pooling = Self.allCases.first(where: { $0.fileName == name }) else { return nil }
        self = pooling
    }

    var readout: Readout {
        switch self {
        case .cls: .first
        case .last: .last
        case .mean, .max, .meanSqrtLength, .weightedMean: .all
        }
    }

    /// `[hiddenSize]` from the hidden states that `readout` asks for, or from all of them.
    /// - Parameter tokens: of the sequence.
    func apply(to rows: Rows, tokens: Int) -> [Float] {
        switch self {
        case .cls: rows.values(row: 0)
        case .last: rows.values(row: rows.count - 1)
        case .mean: rows.weightedSum { _ in 1 / Float(tokens) }
        case .meanSqrtLength: rows.weightedSum { _ in 1 / Float(tokens).squareRoot() }
        case .weightedMean: rows.weightedSum { Float($0 + 1) / Float(tokens * (tokens + 1) / 2) }
        case .max: rows.columnMaxima
        }
    }
}
