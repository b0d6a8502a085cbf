/// How much of what waits one worker takes: a pure value, so that it can be read, tested and replaced alone.
///
/// Nobody waits for company: a free worker always takes something. What does wait together is computed together, up to
/// the budget, and shared with the workers that are free at the same moment, so that none stands idle while another
/// computes everything.
///
/// **What a pass costs.** Every pass reads all weights once, which takes as long as computing `fixedCost` tokens; beyond
/// that it costs its tokens. A pass of cost n therefore works at n / (n + fixedCost) of the speed of an endless one. More
/// company gains less and less, but makes everybody in the pass wait for all of it: the budget is where 97% are reached.
///
/// **Length.** Attention compares every token with every other, so a sequence of n tokens costs n plus a share of n².
/// Sequences are packed without padding, so which ones come together makes no difference to what they cost: nothing is
/// sorted by length, and who waited longest goes first.
public struct BatchPolicy: Sendable, Equatable {
    /// The cost of reading the weights, in tokens; the one constant of the model that is measured.
    public static let fixedCost = 16

    /// A share of the highest speed that is near enough to it, and what a pass must cost to reach it: 512.
    public static let defaultBudget = budget(efficiency: 32.0 / 33)

    /// What one forward pass may cost, in tokens of short sequences; a single longer sequence still passes alone.
    public var maximumBatchTokens: Int

    public init(maximumBatchTokens: Int = defaultBudget) {
        self.maximumBatchTokens = maximumBatchTokens
    }

    // MARK: Costs

    /// The share of the highest speed at which a pass works, 0 to 1.
    public static func efficiency(cost: Int) -> Double {
        Double(cost) / Double(cost + fixedCost)
    }

    /// The cheapest pass that works at this share of the highest speed.
    /// - Parameter efficiency: above 0 and below 1.
    public static func budget(efficiency: Double) -> Int {
        Int((Double(fixedCost) * efficiency / (1 - efficiency)).rounded())
    }

    /// What a sequence costs, in tokens of short ones.
    ///
    /// A layer multiplies each token by 12 h² weights and compares it, twice, with n tokens of h numbers, which is
    /// n / 6h as much; those small products run at about a third of the speed of the large ones.
    /// - Parameter hiddenSize: h, 0 for a model without attention.
    public static func cost(tokens: Int, hiddenSize: Int) -> Int {
        hiddenSize == 0 ? tokens : tokens + tokens * tokens / (2 * hiddenSize)
    }

    // MARK: Filling a batch

    /// A batch as far as it has been filled.
    public struct Batch: Sendable, Equatable {
        public private(set) var count = 0
        public private(set) var cost = 0

        public init() {}

        public mutating func add(_ cost: Int) {
            count += 1
            self.cost += cost
        }
    }

    /// Whether the next sequence of the line goes into the batch.
    /// - Parameters:
    ///   - cost: what it costs.
    ///   - waitingCost: what waited when the batch was begun.
    ///   - freeWorkers: workers without work then, the asking one counted.
    /// - Returns: true for the first sequence of a batch, whatever its cost.
    public func admits(_ cost: Int, to batch: Batch, waitingCost: Int, freeWorkers: Int) -> Bool {
        guard batch.count > 0 else { return true }
        let share = (waitingCost + freeWorkers - 1) / max(freeWorkers, 1)
        // The last one may go beyond the share, which is only a balance, but not beyond the budget.
        return batch.cost < share && batch.cost + cost <= maximumBatchTokens
    }
}
