import Testing

@testable import Inference

@Suite("The batch policy")
struct BatchPolicyTests {
    private func count(_ lengths: [Int], budget: Int, freeWorkers: Int) -> Int {
        let policy = BatchPolicy(maximumBatchTokens: budget), waiting = lengths.reduce(0, +)
        var batch = BatchPolicy.Batch()
        for length in lengths {
            guard policy.admits(length, to: batch, waitingCost: waiting, freeWorkers: freeWorkers) else { break }
            batch.add(length)
        }
        return batch.count
    }

    @Test("A lone worker takes all that waits, up to the budget", arguments: [
        ([12], 100, 1), ([12, 12, 12], 100, 3), ([40, 40, 40], 100, 2), ([100], 100, 1), ([50, 50, 1], 100, 2), ([], 100, 0),
    ])
    func lone(_ lengths: [Int], _ budget: Int, _ expected: Int) {
        #expect(count(lengths, budget: budget, freeWorkers: 1) == expected)
    }

    @Test("A sequence longer than the budget passes alone")
    func long() {
        #expect(count([500, 1, 1], budget: 100, freeWorkers: 1) == 1)
        #expect(count([1, 500], budget: 100, freeWorkers: 1) == 1)
    }

    @Test("Workers that are free at the same moment share what waits")
    func shared() {
        let sixtyFour = Array(repeating: 12, count: 64)
        #expect(count(sixtyFour, budget: 4096, freeWorkers: 2) == 32)
        #expect(count(Array(sixtyFour.dropFirst(32)), budget: 4096, freeWorkers: 1) == 32)
        #expect(count([10, 10, 10], budget: 100, freeWorkers: 2) == 2)
        #expect(count([10], budget: 100, freeWorkers: 8) == 1)
    }

    @Test("The budget is the cheapest pass that reaches 97% of the highest speed, and the default is that")
    func budget() {
        for percent in 50...99 {
            let efficiency = Double(percent) / 100, budget = BatchPolicy.budget(efficiency: efficiency)
            #expect(abs(BatchPolicy.efficiency(cost: budget) - efficiency) < 0.01)
        }
        #expect(BatchPolicy.efficiency(cost: BatchPolicy.fixedCost) == 0.5)
        #expect((0.95...0.98).contains(BatchPolicy.efficiency(cost: BatchPolicy.defaultBudget)))
        #expect(BatchPolicy.defaultBudget == 512)
        #expect(BatchPolicy() == BatchPolicy(maximumBatchTokens: 512))
    }

    @Test("Short sequences cost their tokens; attention makes long ones cost more, the more the narrower the model")
    func cost() {
        #expect(BatchPolicy.cost(tokens: 12, hiddenSize: 384) == 12)
        #expect(BatchPolicy.cost(tokens: 512, hiddenSize: 384) == 512 + 341)
        #expect(BatchPolicy.cost(tokens: 512, hiddenSize: 768) == 512 + 170)
        #expect(BatchPolicy.cost(tokens: 9, hiddenSize: 0) == 9)
    }

    @Test("A pass of long sequences is not much longer than one of short ones")
    func long512() {
        let costs = Array(repeating: BatchPolicy.cost(tokens: 256, hiddenSize: 384), count: 10)
        #expect(count(costs, budget: BatchPolicy.defaultBudget, freeWorkers: 1) == 1)
        let short = Array(repeating: BatchPolicy.cost(tokens: 12, hiddenSize: 384), count: 100)
        #expect(count(short, budget: BatchPolicy.defaultBudget, freeWorkers: 1) == 42)
    }

    @Test("As many requests as there are free workers get one each", arguments: 1...16)
    func oneEach(_ workers: Int) {
        for free in (1...workers).reversed() {
            #expect(count(Array(repeating: 12, count: free), budget: 512, freeWorkers: free) == 1)
        }
    }

    @Test("Whatever waits, something is taken, in order, and never more than the budget but for a single sequence")
    func always() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            let lengths = (0..<Int.random(in: 1...50, using: &random)).map { _ in Int.random(in: 1...600, using: &random) }
            let budget = Int.random(in: 1...2000, using: &random)
            let taken = count(lengths, budget: budget, freeWorkers: Int.random(in: 1...8, using: &random))
            #expect(taken >= 1 && taken <= lengths.count)
            #expect(taken == 1 || lengths.prefix(taken).reduce(0, +) <= budget, "\(lengths) \(budget)")
        }
    }
}
