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

    /// The same as the strongest keys of their rows, of some rows at a time: those of many rows take more than the weights.
    mutating func forEachStrongest(_ count: Int, of input: Int, _ body: (StrongestKeys) async throws -> Void) async throws {
        let length = result.encodings[input].count, piece = max(1, Self.pieceCount / length) * length
        try await forEachMatrices(of: input) { values in
            for start in stride(from: 0, to: values.count, by: piece) {
                try await body(StrongestKeys(count, of: Array(values[start..<min(start + piece, values.count)]), length: length))
            }
        }
    }

    /// Weights whose strongest are looked for at once.
    private static let pieceCount = 1 << 18

    /// Of each selected layer and head of a text: what was gathered with its matrices, or else a pass of their own.
    mutating func statistics(of input: Int) async throws -> [[AttentionStatistics]] {
        if let gathered, gathered.input == input { return gathered.statistics }
        let tokens = result.encodings[input].count, heads = selection.heads.count
        let separators = result.model.separators(of: result.encodings[input])
        var statistics: [[AttentionStatistics]] = []
        try await result.forEachLayer(of: input, .weights) { values in
            statistics.append(AttentionStatistics.ofHeads(AttentionLayer(weights: values, heads: heads, tokens: tokens), separators: separators))
        }
        return statistics
    }

    /// Hands on the queries or the keys of a text, `[heads, tokens, headSize]` of each layer.
    mutating func forEachVectors(of input: Int, _ part: AttentionSelection.Parts, _ body: ([Float]) async throws -> Void) async throws {
        try await result.forEachLayer(of: input, part, body)
    }
}
