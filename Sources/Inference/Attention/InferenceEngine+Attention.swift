import Models
import Tokenizers

extension InferenceEngine {
    /// `POST /v1/attention`.
    /// - Parameters:
    ///   - layers: nil means all; negative numbers count from the end.
    ///   - heads: likewise.
    ///   - parts: what to show of them.
    ///   - reduction: what its reader makes of the weights: that takes memory too, and the flow is not for every text.
    /// - Throws: `InferenceError`.
    public func attention(
        _ inputs: [TextInput], model name: String?, layers: [Int]?, heads: [Int]?, parts: AttentionSelection.Parts = .weights,
        reduction: AttentionReduction? = nil, truncates: Bool
    ) async throws(InferenceError) -> AttentionResult {
        let model = try registry.model(named: name, for: .attention), summary = model.summary
        let selection = try AttentionSelection(layers: layers, heads: heads, parts: parts, of: summary)
        var timings = InferenceTimings()
        let (encodings, tokens) = try await encode(inputs, with: model, truncates: truncates, &timings)
        defer { withExtendedLifetime(tokens) {} }
        if reduction == .flow {
            for encoding in encodings { try AttentionFlow.check(tokens: encoding.count, layers: selection.layers.count) }
        }
        return try await attention(of: encodings, selection, model, timings, reduction)
    }

    /// - Parameter timings: of what came before.
    func attention(
        of encodings: [Encoding], _ selection: AttentionSelection, _ model: ServedModel, _ timings: InferenceTimings,
        _ reduction: AttentionReduction?
    ) async throws(InferenceError) -> AttentionResult {
        let summary = model.summary
        let plan = AttentionPlan(
            tokens: encodings.map(\.count), layers: selection.layers.count, hiddenSize: summary.hiddenSize, room: attentionRoom
        ) { tokens, layers in
            let shown = AttentionSelection(layers: Array(0..<layers), heads: selection.heads, parts: selection.parts)
            return shown.valueCount(tokens: tokens, headSize: summary.hiddenSize / summary.heads)
        }
        let longest = encodings.map(\.count).max() ?? 0
        let reservation = try reserveAnswer(plan.bytes + (reduction?.memory(tokens: longest, layers: selection.layers.count) ?? 0))
        var result = AttentionResult(model, encodings, selection, plan, queue, timings, reservation)
        try await result.begin()
        return result
    }

    /// `POST /v1/hidden-states`.
    /// - Parameter layers: nil means all; 0 is what the embeddings put out; negative numbers count from the end.
    /// - Throws: `InferenceError`.
    public func hiddenStates(
        _ inputs: [TextInput], model name: String?, layers: [Int]?, truncates: Bool
    ) async throws(InferenceError) -> HiddenStatesResult {
        let model = try registry.model(named: name, for: .attention), summary = model.summary
        let layers = try LayerNumbers.resolve(layers, count: summary.layers + 1)
        var timings = InferenceTimings()
        let (encodings, tokens) = try await encode(inputs, with: model, truncates: truncates, &timings)
        defer { withExtendedLifetime(tokens) {} }
        // What is shown, and a copy that goes into the next step.
        let bytes = 2 * (encodings.map(\.count).max() ?? 0) * summary.hiddenSize * MemoryLayout<Float>.stride
        var result = HiddenStatesResult(model, encodings, layers: layers, queue, timings, try reserveAnswer(bytes))
        try await result.begin()
        return result
    }

    private func reserveAnswer(_ bytes: Int) throws(InferenceError) -> MemoryBudget.Reservation {
        guard bytes <= answerMemory.total else { throw .attentionTooLarge(bytes: bytes, maximum: answerMemory.total) }
        guard let reservation = answerMemory.reserve(bytes) else { throw .answerMemoryFull }
        return reservation
    }
}
