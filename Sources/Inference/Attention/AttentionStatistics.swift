import Tensors

/// What one head's weights, `[tokens, tokens]` from query to key, look like in numbers.
///
/// Each is a mean over the queries; a query that has no such key counts as 0. The heads that Clark et al. (arXiv 1906.04341) describe, those
/// that look at the separators, at the next token or broadly, stand out in them.
public struct AttentionStatistics: Sendable, Equatable {
    /// Of a query's distribution over keys, in nats: 0 where all weight is on one key, `ln tokens` where it is even.
    public let entropy: Float
    /// `|query - key|` in tokens, weighted.
    public let meanDistance: Float
    /// The weight on the first key, which is [CLS] in BERT.
    public let first: Float
    /// The weight on all separators together.
    public let separators: Float
    /// The weight on the key one before the query.
    public let previous: Float
    /// The weight on the query's own position.
    public let same: Float
    /// The weight on the key one behind the query.
    public let next: Float

    /// The names that answers give the numbers, in the order of `values`.
    public static let names = ["entropy", "mean_distance", "first", "separators", "previous", "same", "next"]

    public var values: [Float] { [entropy, meanDistance, first, separators, previous, same, next] }

    /// One for each head of the layer.
    /// - Parameter separators: the positions of the separator tokens, each once.
    public static func ofHeads(_ layer: AttentionLayer, separators: [Int]) -> [AttentionStatistics] {
        precondition(separators.allSatisfy { (0..<layer.tokens).contains($0) })
        return (0..<layer.heads).map { AttentionStatistics(layer, head: $0, separators: separators) }
    }

    private init(_ layer: AttentionLayer, head: Int, separators positions: [Int]) {
        let tokens = layer.tokens, start = layer.start(ofHead: head)
        let sums = WeightSums(layer.weights, at: start, tokens: tokens)
        var first = 0.0, separators = 0.0, previous = 0.0, same = 0.0, next = 0.0
        for query in 0..<tokens {
            let row = start + query * tokens
            first += Double(layer.weights[row])
            for position in positions { separators += Double(layer.weights[row + position]) }
            same += Double(layer.weights[row + query])
            if query > 0 { previous += Double(layer.weights[row + query - 1]) }
            if query + 1 < tokens { next += Double(layer.weights[row + query + 1]) }
        }
        // No tokens have no weights: all sums are 0.
        let mean = { (sum: Double) in Float(sum / Double(max(tokens, 1))) }
        entropy = mean(sums.entropy)
        meanDistance = mean(sums.distance)
        self.first = mean(first)
        self.separators = mean(separators)
        self.previous = mean(previous)
        self.same = mean(same)
        self.next = mean(next)
    }
}
