import Models
import Tokenizers

/// How long the parts of a request took.
public struct InferenceTimings: Sendable {
    public var tokenize: Duration = .zero
    public var queue: Duration = .zero
    public var compute: Duration = .zero
}

public struct ClassifyResult: Sendable {
    public var model: String
    /// For each input its labels by falling score.
    public var predictions: [[LabelScore]]
    /// Nil where nobody asked for them.
    public var explanations: ExplainedInputs?
    public var tokenCount: Int
    public var timings: InferenceTimings
}

/// Explanations, beside what they speak of.
public struct ExplainedInputs: Sendable {
    public var model: ServedModel
    public var inputs: [TextInput]
    /// One for each input.
    public var explanations: [Explanation]
    /// The share of the memory budget that the tokens take.
    private let reservation: MemoryBudget.Reservation

    init(model: ServedModel, inputs: [TextInput], explanations: [Explanation], reservation: MemoryBudget.Reservation) {
        self.model = model
        self.inputs = inputs
        self.explanations = explanations
        self.reservation = reservation
    }
}

public struct TokenizeResult: Sendable {
    public var model: ServedModel
    public var encodings: [Encoding]
    public var timings: InferenceTimings
    /// The share of the memory budget that `encodings` take.
    private let reservation: MemoryBudget.Reservation

    init(model: ServedModel, encodings: [Encoding], timings: InferenceTimings, reservation: MemoryBudget.Reservation) {
        self.model = model
        self.encodings = encodings
        self.timings = timings
        self.reservation = reservation
    }
}

public struct EmbeddingsResult: Sendable {
    public var model: String
    /// For each input its vector, or those of its tokens one after the other.
    public var vectors: [[Float]]
    /// Numbers of a vector.
    public var dimensions: Int
    public var isPerToken: Bool
    public var tokenCount: Int
    public var timings: InferenceTimings
    /// The share of the memory budget that `vectors` take.
    private let reservation: MemoryBudget.Reservation

    init(
        model: String, vectors: [[Float]], dimensions: Int, isPerToken: Bool, tokenCount: Int, timings: InferenceTimings,
        reservation: MemoryBudget.Reservation
    ) {
        self.model = model
        self.vectors = vectors
        self.dimensions = dimensions
        self.isPerToken = isPerToken
        self.tokenCount = tokenCount
        self.timings = timings
        self.reservation = reservation
    }
}

extension [Encoding] {
    /// Tokens of all of them, special ones counted.
    var tokenCount: Int { reduce(0) { $0 + $1.count } }
}
