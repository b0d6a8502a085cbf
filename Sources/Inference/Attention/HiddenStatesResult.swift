import Models
import Tokenizers

/// The hidden states of a request's texts, which are computed as they are read, a layer at a time.
public struct HiddenStatesResult: Sendable {
    public let model: ServedModel
    public let encodings: [Encoding]
    /// 0 for what the embeddings put out, else that many layers.
    public let layers: [Int]
    public private(set) var timings: InferenceTimings

    private let queue: BatchQueue
    private var begun: Handover<(walk: LayerWalk, values: [Float])>?
    /// The share of the memory budget that a step takes.
    private let reservation: MemoryBudget.Reservation

    public var tokenCount: Int { encodings.tokenCount }
    public var hiddenSize: Int { model.summary.hiddenSize }

    init(
        _ model: ServedModel, _ encodings: [Encoding], layers: [Int], _ queue: BatchQueue, _ timings: InferenceTimings,
        _ reservation: MemoryBudget.Reservation
    ) {
        self.model = model
        self.encodings = encodings
        self.layers = layers
        self.queue = queue
        self.timings = timings
        self.reservation = reservation
    }

    /// Computes what is read first, so that most of what can go wrong does before an answer is begun.
    mutating func begin() async throws(InferenceError) {
        var walk = LayerWalk(encodings[0], model, queue, holding: reservation)
        let values = try await walk.hiddenStates(behind: layers[0], &timings)
        begun = Handover((walk, values))
    }

    /// Hands on a text's `[tokens, hiddenSize]` of each layer, in the order in which they were asked for.
    /// - Throws: `InferenceError`, or what `body` throws.
    public mutating func forEachLayer(of input: Int, _ body: ([Float]) async throws -> Void) async throws {
        var walk = LayerWalk(encodings[input], model, queue, holding: reservation)
        for (position, layer) in layers.enumerated() {
            if position == 0, input == 0, let begun = begun?.take() {
                walk = begun.walk
                try await body(begun.values)
            } else {
                try await body(walk.hiddenStates(behind: layer, &timings))
            }
        }
    }
}
