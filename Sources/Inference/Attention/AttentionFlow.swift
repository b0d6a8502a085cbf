/// Attention flow (Abnar and Zuidema, arXiv 2005.00928): how much could flow from each output token down to each input token, when no edge
/// carries more than its attention weight.
///
/// The attention graph has a node for each token of the input and of each layer's output, and an edge from each token of a layer to each of
/// the layer below, whose capacity is the weight: that of the heads' mean with the residual connection, A/2 + I/2, as for the rollout.
/// The value for output token i and input token j is the maximum flow from i to j: as the paper defines it, between 0 and 1, and not
/// normalised. (The authors' program then divides each row by its sum.) For one layer it is the capacity itself.
///
/// Layers are appended from the lowest up; their reduced matrices are kept, 4 bytes for each weight. Computing the flows takes some 60 bytes
/// for each.
public struct AttentionFlow: Sendable {
    public let tokens: Int
    /// For each layer `[tokens, tokens]`.
    private var capacities: [[Float]] = []

    public init(tokens: Int) {
        precondition(tokens >= 0)
        self.tokens = tokens
    }

    public mutating func append(_ layer: AttentionLayer) {
        precondition(layer.tokens == tokens)
        capacities.append(layer.withResidual())
    }

    /// The flows, `[tokens, tokens]` from output token to input token, after at least one layer.
    /// - Parameters:
    ///   - maximumSteps: how much work it may be, in edges of paths, some 35 ns each.
    ///   - isCancelled: asked before each output token. Between two of them others have their turn on this thread.
    /// - Throws: `InferenceError.cancelled`, or `.flowTooLarge`.
    public func values(
        maximumSteps: Int = maximumSteps, isCancelled: () -> Bool = { Task.isCancelled }
    ) async throws(InferenceError) -> [Float] {
        precondition(!capacities.isEmpty, "no layer to flow through")
        guard tokens > 0 else { return [] }
        let layers = capacities.count, capacities = capacities.map(amounts)
        var middle = try await MiddleFlows(tokens: tokens, capacities: capacities, isCancelled: isCancelled)
        var network = FlowNetwork(tokens: tokens, capacities: capacities)
        var values: [Float] = []
        values.reserveCapacity(tokens * tokens)
        for output in 0..<tokens {
            if isCancelled() { throw .cancelled }
            await Task.yield()
            for (input, known) in middle.maxima(from: output).enumerated() {
                let flow = known ?? network.maximumFlow(from: output, to: input)
                values.append(Float(Double(flow) / Double(FlowNetwork.unit)))
            }
            if network.steps > maximumSteps { throw .flowTooLarge(tokens: tokens, maximum: Self.maximumTokens(layers: layers, isHard: true)) }
        }
        return values
    }

    /// A layer's capacities as amounts. What rounding leaves of a row's sum of 1 goes to the widest edge, that of the residual connection.
    func amounts(_ matrix: [Float]) -> [Int64] {
        var amounts = matrix.map { Int64((Double($0) * Double(FlowNetwork.unit)).rounded()) }
        for row in 0..<tokens {
            let sum = amounts[row * tokens..<(row + 1) * tokens].reduce(0, +)
            amounts[row * tokens + row] += FlowNetwork.unit - sum
        }
        return amounts
    }
}

extension AttentionFlow {
    /// The bound of `cost`, roughly two seconds of one core.
    public static let maximumCost = 5_000_000

    /// Some seven seconds: texts of that many tokens come to less, but for those whose flows `MiddleFlows` knows nothing of.
    public static let maximumSteps = 200_000_000

    /// How much work the flows are, in tokens that flows pass; each is some 0.4 µs.
    ///
    /// A flow passes each layer by all its tokens. With eight layers or more nearly all pairs of tokens are known from the 3N flows of
    /// `MiddleFlows`, but for a few tokens'; with fewer, many of the N² have to be computed.
    /// - Parameter isHard: that none are known, however many layers there are.
    public static func cost(tokens: Int, layers: Int, isHard: Bool = false) -> Int {
        let pairs = layers < 8 || isHard ? tokens * tokens : min(4 * tokens, tokens * tokens)
        return pairs * tokens * layers
    }

    /// The most tokens whose cost is within the bound; at least one.
    public static func maximumTokens(layers: Int, isHard: Bool = false) -> Int {
        var tokens = 1
        while layers > 0 && cost(tokens: tokens + 1, layers: layers, isHard: isHard) <= maximumCost { tokens += 1 }
        return tokens
    }

    /// Bytes that the graph takes while flows are computed, with room to spare: its capacities, and twice what the networks make of them.
    public static func memory(tokens: Int, layers: Int) -> Int { 60 * layers * tokens * tokens }

    /// To be asked before a model computes what would be too much here.
    /// - Throws: `InferenceError.flowTooLarge`.
    public static func check(tokens: Int, layers: Int) throws(InferenceError) {
        let maximum = maximumTokens(layers: layers)
        guard tokens <= maximum else { throw .flowTooLarge(tokens: tokens, maximum: maximum) }
    }
}
