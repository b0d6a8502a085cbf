import Inference
import Models

/// What `/v1/attention` answers, computed as it is written: layer by layer, reduced and counted on the way.
struct AttentionAnswer: Sendable {
    private(set) var result: AttentionResult
    let options: AttentionRequest.Options
    /// Of each selected layer and head of the text whose matrices were handed on last, where they are wanted.
    private var gathered: (input: Int, statistics: [[AttentionStatistics]])?

    init(_ result: AttentionResult, _ options: AttentionRequest.Options) {
        self.result = result
        self.options = options
    }

    var selection: AttentionSelection { result.selection }

    /// Of the matrices of a text: `[layers, heads, tokens, tokens]`, with less in front where they are reduced.
    func shape(of input: Int) -> [Int] {
        let tokens = result.encodings[input].count
        switch options.reduce {
        case nil: return [selection.layers.count, selection.heads.count, tokens, tokens]
        case .mean, .max: return [selection.layers.count, tokens, tokens]
        case .rollout, .flow: return [tokens, tokens]
        }
    }

    /// The keys that are shown of each query.
    func keys(of input: Int) -> Int { min(options.topK ?? .max, result.encodings[input].count) }

    /// Hands on the matrices of a text, some whole ones at a time.
    mutating func forEachMatrices(of input: Int, _ body: ([Float]) async throws -> Void) async throws {
        let tokens = result.encodings[input].count, heads = selection.heads.count
        let separators = options.statistics ? result.model.separators(of: result.encodings[input]) : []
        let options = options
        var statistics: [[AttentionStatistics]] = []
        var rollout = options.reduce == .rollout ? AttentionRollout(tokens: tokens) : nil
        var flow = options.reduce == .flow ? AttentionFlow(tokens: tokens) : nil
        try await result.forEachLayer(of: input, .weights) { values in
            let layer = AttentionLayer(weights: values, heads: heads, tokens: tokens)
            if options.statistics { statistics.append(AttentionStatistics.ofHeads(layer, separators: separators)) }
            rollout?.append(layer)
            flow?.append(layer)
            guard rollout == nil, flow == nil else { return }
            try await body(options.reduce?.ofHeads?.reduce(layer) ?? values)
        }
        gathered = (input, statistics)
        if let rollout { try await body(rollout.values) }
        if let flow { try await body(flow.values()) }
    }

    /// Of each selected layer and head of a text: what was gathered with its matrices, or else a pass of their own.
    mutating func statistics(of input: Int) async throws -> [[AttentionStatistics]] {
        if gathered?.input != input { try await forEachMatrices(of: input) { _ in } }
        return gathered?.statistics ?? []
    }

    /// Hands on the queries or the keys of a text, `[heads, tokens, headSize]` of each layer.
    mutating func forEachVectors(of input: Int, _ part: AttentionSelection.Parts, _ body: ([Float]) async throws -> Void) async throws {
        try await result.forEachLayer(of: input, part, body)
    }
}
