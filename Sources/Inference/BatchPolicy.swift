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

    /// How many sequences to take from the front of the line.
    /// - Parameters:
    ///   - lengths: tokens of those that wait, oldest first.
    ///   - waitingTokens: the sum of `lengths`.
    ///   - freeWorkers: workers without work, the asking one counted.
    /// - Returns: at least 1 where anything waits.
    public func count(_ lengths: some Sequence<Int>, waitingTokens: Int, freeWorkers: Int) -> Int {
        let share = (waitingTokens + freeWorkers - 1) / max(freeWorkers, 1)
        var count = 0, tokens = 0
        for length in lengths {
            // The last one may go beyond the share, which is only a balance, but not beyond the budget.
            guard count == 0 || (tokens < share && tokens + length <= maximumBatchTokens) else { break }
            tokens += length
            count += 1
        }
        return count
    }
}
