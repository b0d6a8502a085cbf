import Models
import Tokenizers

/// The attention of a request's texts, which is computed as it is read: a layer at a time where the text is long.
///
/// It belongs to one reader at a time. What it holds at most was set aside before the first layer was computed.
public struct AttentionResult: Sendable {
    public let model: ServedModel
    public let encodings: [Encoding]
    public let selection: AttentionSelection
    public private(set) var timings: InferenceTimings

    private let plan: AttentionPlan
    private let queue: BatchQueue
    /// A group of texts that was computed whole.
    private var group: (inputs: Range<Int>, outputs: [AttentionWeights])?
    /// A first layer that was computed before anybody read, for its errors.
    private var begun: Handover<(walk: LayerWalk, weights: AttentionWeights)>?
    /// The share of the memory budget that a step takes.
    private let reservation: MemoryBudget.Reservation

    public var tokenCount: Int { encodings.tokenCount }
    public var headSize: Int { model.summary.hiddenSize / model.summary.heads }

    /// Floats of one layer of a text.
    public func layerValueCount(of input: Int, _ part: AttentionSelection.Parts) -> Int {
        let tokens = encodings[input].count
        return selection.heads.count * tokens * (part == .weights ? tokens : headSize)
    }

    init(
        _ model: ServedModel, _ encodings: [Encoding], _ selection: AttentionSelection, _ plan: AttentionPlan, _ queue: BatchQueue,
        _ timings: InferenceTimings, _ reservation: MemoryBudget.Reservation
    ) {
        self.model = model
        self.encodings = encodings
        self.selection = selection
        self.plan = plan
        self.queue = queue
        self.timings = timings
        self.reservation = reservation
    }

    /// Computes what is read first, so that most of what can go wrong does before an answer is begun.
    mutating func begin() async throws(InferenceError) {
        guard let inputs = plan.group(of: 0) else {
            var walk = LayerWalk(encodings[0], model, queue, holding: reservation)
            let weights = try await walk.attention(
                selection.layers[0], heads: selection.heads, firstPart, isLast: selection.layers.count == 1, &timings)
            begun = Handover((walk, weights))
            return
        }
        try await compute(inputs)
    }

    private var firstPart: AttentionSelection.Parts {
        [.weights, .queries, .keys].first { selection.parts.contains($0) } ?? .weights
    }

    /// Hands on the layers of a text in the order in which they were selected: `[heads, tokens, tokens]` softmax weights, or
    /// `[heads, tokens, headSize]` queries or keys.
    /// - Parameter part: one of those that were selected.
    /// - Throws: `InferenceError`, or what `body` throws.
    public mutating func forEachLayer(
        of input: Int, _ part: AttentionSelection.Parts, _ body: ([Float]) async throws -> Void
    ) async throws {
        if let inputs = plan.group(of: input) {
            if group?.inputs != inputs { try await compute(inputs) }
            guard let weights = group?.outputs[input - inputs.lowerBound] else { return }
            let values = values(of: weights, part), size = values.count / selection.layers.count
            for start in stride(from: 0, to: values.count, by: size) { try await body(Array(values[start..<start + size])) }
            return
        }
        group = nil
        var walk = LayerWalk(encodings[input], model, queue, holding: reservation)
        for (position, number) in selection.layers.enumerated() {
            let weights: AttentionWeights
            if position == 0, input == 0, part == firstPart, let begun = begun?.take() {
                (walk, weights) = begun
            } else {
                let isLast = position == selection.layers.count - 1
                weights = try await walk.attention(number, heads: selection.heads, part, isLast: isLast, &timings)
            }
            try await body(values(of: weights, part))
        }
    }

    /// All of a text's selected layers and heads as one.
    mutating func rollout(of input: Int) async throws(InferenceError) -> AttentionRollout {
        let tokens = encodings[input].count, heads = selection.heads.count
        var rollout = AttentionRollout(tokens: tokens)
        do {
            try await forEachLayer(of: input, .weights) { rollout.append(AttentionLayer(weights: $0, heads: heads, tokens: tokens)) }
        } catch let error as InferenceError {
            throw error
        } catch {
            throw .cancelled
        }
        return rollout
    }

    private func values(of weights: AttentionWeights, _ part: AttentionSelection.Parts) -> [Float] {
        part == .weights ? weights.values : part == .queries ? weights.queries : weights.keys
    }

    private mutating func compute(_ inputs: Range<Int>) async throws(InferenceError) {
        group = nil
        let sequences = encodings[inputs].map { SequenceInput(ids: $0.ids, typeIDs: $0.typeIDs, attention: selection) }
        let result = try await queue.run(sequences, on: model, isContinued: inputs.lowerBound > 0, holding: reservation)
        timings.queue += result.queueTime
        timings.compute += result.computeTime
        let outputs = result.outputs.compactMap(\.attention)
        guard outputs.allSatisfy(\.isFinite) else { throw .notANumber(model: model.name) }
        group = (inputs, outputs)
    }
}
