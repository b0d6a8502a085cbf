/// What is known of the maximum flows of N² pairs from 2N flows: those through an even spread over the tokens of a middle layer.
///
/// The layers above it and those below share no edge. So if a source can send 1 to the middle, 1/N to each token, and a sink can take v
/// of that, then v can flow from this source to this sink. It is the most that can where it is all of 1, or all that the edges into the sink
/// carry, or all that they could take if every token of the layer below the sources had as much as any source can send there. Most flows of
/// a trained model are such.
struct MiddleFlows {
    private var above: FlowNetwork
    /// For each sink: what every source that spreads has as its maximum; nil where that is not known.
    private let maxima: [Int64?]

    /// - Parameter capacities: for each layer `[tokens, tokens]`, rows of sum 1; at least one token.
    /// - Throws: `InferenceError.cancelled`.
    init(tokens: Int, capacities: [[Int64]], isCancelled: () -> Bool) async throws(InferenceError) {
        let middle = capacities.count / 2
        var even = [Int64](repeating: FlowNetwork.unit / Int64(tokens), count: tokens)
        even[0] += FlowNetwork.unit % Int64(tokens)
        // A layer more on either side gathers the spread in its token 0, or sends it from there.
        var gathering = [Int64](repeating: 0, count: tokens * tokens), sending = gathering, plenty = gathering
        for token in 0..<tokens {
            gathering[token * tokens] = even[token]
            sending[token] = even[token]
            plenty[token] = (0..<tokens).reduce(0) { max($0, capacities[capacities.count - 1][$1 * tokens + token]) }
        }
        above = FlowNetwork(tokens: tokens, capacities: [gathering] + capacities[middle...])
        var below = FlowNetwork(tokens: tokens, capacities: capacities[..<middle] + [sending])
        var whole = FlowNetwork(tokens: tokens, capacities: capacities.dropLast() + [plenty])
        var maxima: [Int64?] = []
        for sink in 0..<tokens {
            if isCancelled() { throw .cancelled }
            await Task.yield()
            let flow = below.maximumFlow(from: 0, to: sink)
            let intoSink = (0..<tokens).reduce(0) { $0 + capacities[0][$1 * tokens + sink] }
            let isMaximum = flow == min(FlowNetwork.unit, intoSink) || flow == whole.maximumFlow(from: 0, to: sink)
            maxima.append(isMaximum ? flow : nil)
        }
        self.maxima = maxima
    }

    /// For each sink the maximum flow from this source, where it is known.
    mutating func maxima(from source: Int) -> [Int64?] {
        above.maximumFlow(from: source, to: 0) == FlowNetwork.unit ? maxima : [Int64?](repeating: nil, count: maxima.count)
    }
}
