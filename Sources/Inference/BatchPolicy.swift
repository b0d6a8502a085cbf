/// How much of what waits one worker takes: a pure value, so that it can be read, tested and replaced alone.
///
/// Nobody waits for company: a free worker always takes something. What does wait together is computed together, up to
/// the token budget, and shared with the workers that are free at the same moment, so that none stands idle while
/// another computes everything.
public struct BatchPolicy: Sendable, Equatable {
    /// Tokens of one forward pass; a single longer sequence still passes alone.
    public var maximumBatchTokens: Int

    public init(maximumBatchTokens: Int) {
        self.maximumBatchTokens = maximumBatchTokens
    }

    /// A batch as far as it has been filled.
    public struct Batch: Sendable, Equatable {
        public private(set) var count = 0
        public private(set) var tokens = 0

        public init() {}

        public mutating func add(_ length: Int) {
            count += 1
            tokens += length
        }
    }

    /// Whether the next sequence of the line goes into the batch.
    /// - Parameters:
    ///   - length: its tokens.
    ///   - waitingTokens: what waited when the batch was begun.
    ///   - freeWorkers: workers without work then, the asking one counted.
    /// - Returns: true for the first sequence of a batch, whatever its length.
    public func admits(_ length: Int, to batch: Batch, waitingTokens: Int, freeWorkers: Int) -> Bool {
        guard batch.count > 0 else { return true }
        let share = (waitingTokens + freeWorkers - 1) / max(freeWorkers, 1)
        // The last one may go beyond the share, which is only a balance, but not beyond the budget.
        return batch.tokens < share && batch.tokens + length <= maximumBatchTokens
    }
}
