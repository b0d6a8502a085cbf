import Models
import Tokenizers

/// Goes up through the layers of one text and stops where somebody wants to see what is there; each stop is a forward pass of its own,
/// which goes on where the one before has ended.
struct LayerWalk: Sendable {
    let model: ServedModel
    let encoding: Encoding
    let queue: BatchQueue
    /// Kept until nothing computes for this walk any more.
    private let held: any Sendable
    private var state: LayerState?

    init(_ encoding: Encoding, _ model: ServedModel, _ queue: BatchQueue, holding held: any Sendable) {
        self.held = held
        self.encoding = encoding
        self.model = model
        self.queue = queue
    }

    /// What a layer's attention was. Layers are best asked for from below: one that lies lower than the last begins anew.
    /// - Parameter isLast: whether nothing above will be asked for.
    mutating func attention(
        _ layer: Int, heads: [Int], _ parts: AttentionSelection.Parts, isLast: Bool, _ timings: inout InferenceTimings
    ) async throws(InferenceError) -> AttentionWeights {
        let selection = AttentionSelection(layers: [layer], heads: heads, parts: parts)
        let output = try await step(through: layer + 1, selection, continues: !isLast, &timings)
        guard let attention = output.attention, attention.isFinite else { throw .notANumber(model: model.name) }
        return attention
    }

    /// `[tokens, hiddenSize]` behind that many layers.
    mutating func hiddenStates(behind layers: Int, _ timings: inout InferenceTimings) async throws(InferenceError) -> [Float] {
        let values: [Float]
        if let state, state.layers == layers {
            values = state.hiddenStates
        } else {
            values = try await step(through: layers, nil, continues: true, &timings).state?.hiddenStates ?? []
        }
        guard values.allSatisfy(\.isFinite) else { throw .notANumber(model: model.name) }
        return values
    }

    private mutating func step(
        through end: Int, _ selection: AttentionSelection?, continues: Bool, _ timings: inout InferenceTimings
    ) async throws(InferenceError) -> SequenceOutput {
        let least = selection == nil ? end : end - 1
        if let state, state.layers > least { self.state = nil }
        let input = SequenceInput(
            ids: encoding.ids, typeIDs: encoding.typeIDs, attention: selection,
            part: LayerPart(from: state, through: end, continues: continues))
        let result = try await queue.run([input], on: model, isContinued: state != nil, holding: held)
        timings.queue += result.queueTime
        timings.compute += result.computeTime
        state = result.outputs[0].state
        return result.outputs[0]
    }
}
