import Models
import TestSupport
import Testing

@testable import Inference

@Suite("The batch queue", .timeLimit(.minutes(5)))
struct BatchQueueTests {
    private let model = GatedModel()

    private func queue(workers: Int, budget: Int = 1000, sequences: Int = 100, tokens: Int = 10_000) -> BatchQueue {
        let queue = BatchQueue(
            policy: BatchPolicy(maximumBatchTokens: budget), capacity: .init(sequences: sequences, tokens: tokens),
            workers: workers)
        WorkerPool.start(count: workers, on: queue)
        return queue
    }

    /// Starts a request and returns when its sequences stand in the line.
    private func submit(_ inputs: [SequenceInput], to queue: BatchQueue, on served: ServedModel) async throws -> Task<[Float?], any Error> {
        let waiting = queue.waitingCount
        let task = Task { try await queue.run(inputs, on: served).outputs.map { $0.logits?.first } }
        try await until { queue.waitingCount >= waiting + inputs.count }
        return task
    }

    @Test("Requests that wait together are computed together, and each gets its own answers")
    func together() async throws {
        let queue = queue(workers: 1), served = try model.served(as: "m")
        let first = Task { try await queue.run([.of(1)], on: served).outputs.map { $0.logits?.first } }
        await model.waitUntilEntered()
        let second = try await submit([.of(2, length: 5), .of(3)], to: queue, on: served)
        let third = try await submit([.of(4, length: 8)], to: queue, on: served)
        model.open(2)
        #expect(try await first.value == [1])
        #expect(try await second.value == [2, 3])
        #expect(try await third.value == [4])
        #expect(model.seen == [[3], [5, 8, 3]])
        queue.close()
    }

    @Test("Nobody waits for company: a single request is computed at once")
    func alone() async throws {
        let queue = queue(workers: 2), served = try model.served(as: "m")
        model.open()
        let result = try await queue.run([.of(9)], on: served)
        #expect(result.outputs[0].logits?.first == 9)
        #expect(result.queueTime >= .zero && result.computeTime > .zero)
        queue.close()
    }

    @Test("A request that does not fit in the line is refused at once, whole, and the others go on")
    func overloaded() async throws {
        let queue = queue(workers: 1, sequences: 3), served = try model.served(as: "m")
        let computing = Task { try await queue.run([.of(1)], on: served) }
        await model.waitUntilEntered()
        let waiting = try await submit([.of(2), .of(3)], to: queue, on: served)
        await #expect(throws: InferenceError.overloaded) { try await queue.run([.of(4), .of(5)], on: served) }
        #expect(queue.waitingCount == 2)
        model.open(2)
        _ = try await computing.value
        #expect(try await waiting.value == [2, 3])
        queue.close()
    }

    @Test("Tokens that wait are bounded too")
    func tokens() async throws {
        let queue = queue(workers: 0, tokens: 20), served = try model.served(as: "m")
        let waiting = try await submit([.of(1, length: 12)], to: queue, on: served)
        await #expect(throws: InferenceError.overloaded) { try await queue.run([.of(2, length: 9)], on: served) }
        let more = try await submit([.of(3, length: 8)], to: queue, on: served)
        waiting.cancel()
        more.cancel()
        queue.close()
    }

    @Test("A request of one text does not wait for all of one of many that came before")
    func fairness() async throws {
        let queue = queue(workers: 1, budget: 12), served = try model.served(as: "m")
        let computing = Task { try await queue.run([.of(1)], on: served) }
        await model.waitUntilEntered()
        let many = try await submit((0..<20).map { .of(Int32(100 + $0), length: 6) }, to: queue, on: served)
        let one = try await submit([.of(2, length: 5)], to: queue, on: served)
        model.open(2)
        #expect(try await one.value == [2])
        #expect(model.seen == [[3], [6, 5]] || model.seen.starts(with: [[3], [6, 5]]))
        model.open(20)
        #expect(try await many.value.count == 20)
        _ = try await computing.value
        queue.close()
    }

    @Test("A request that was cancelled before it came is not queued")
    func cancelledBefore() async throws {
        let queue = queue(workers: 0), served = try model.served(as: "m")
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await queue.run([.of(1)], on: served).outputs.count
        }
        await #expect(throws: InferenceError.cancelled) { try await task.value }
        #expect(queue.waitingCount == 0)
        queue.close()
    }

    @Test("What is held for a request is kept while it is computed, even if it was cancelled, and then let go")
    func held() async throws {
        let queue = queue(workers: 1), served = try model.served(as: "m"), budget = MemoryBudget(total: 1)
        let task = Task { [reservation = budget.reserve(1)] in
            try await queue.run([.of(1)], on: served, holding: reservation).outputs.count
        }
        await model.waitUntilEntered()
        task.cancel()
        await #expect(throws: InferenceError.cancelled) { try await task.value }
        #expect(budget.reserve(1) == nil)
        model.open(2)
        _ = try await queue.run([.of(2)], on: served)  // the one worker is done with the first by now
        try await until { budget.reserve(1) != nil }
        queue.close()
    }

    @Test("A cancelled request leaves the line and is not computed")
    func cancelled() async throws {
        let queue = queue(workers: 1), served = try model.served(as: "m")
        let computing = Task { try await queue.run([.of(1)], on: served) }
        await model.waitUntilEntered()
        let leaving = try await submit([.of(2, length: 6), .of(3, length: 6)], to: queue, on: served)
        let staying = try await submit([.of(4)], to: queue, on: served)
        leaving.cancel()
        await #expect(throws: InferenceError.cancelled) { try await leaving.value }
        #expect(queue.waitingCount == 1)
        model.open(2)
        _ = try await computing.value
        #expect(try await staying.value == [4])
        #expect(model.seen == [[3], [3]])
        queue.close()
    }

    @Test("A request that is cancelled while it is computed ends at once")
    func cancelledInFlight() async throws {
        let queue = queue(workers: 1), served = try model.served(as: "m")
        let leaving = Task { try await queue.run([.of(1)], on: served) }
        await model.waitUntilEntered()
        leaving.cancel()
        await #expect(throws: InferenceError.cancelled) { try await leaving.value }
        model.open(2)
        #expect(try await queue.run([.of(2)], on: served).outputs.count == 1)
        queue.close()
    }

    @Test("Models take turns by who waited longest, and no batch mixes them")
    func turns() async throws {
        let queue = queue(workers: 1)
        let a = try model.served(as: "a"), b = try model.served(as: "b")
        let computing = Task { try await queue.run([.of(1)], on: a) }
        await model.waitUntilEntered()
        let tasks = [
            try await submit([.of(2, length: 4)], to: queue, on: b),
            try await submit([.of(3, length: 5)], to: queue, on: a),
            try await submit([.of(4, length: 6)], to: queue, on: b),
        ]
        model.open(3)
        _ = try await computing.value
        for (task, id) in zip(tasks, [Float(2), 3, 4]) { #expect(try await task.value == [id]) }
        #expect(model.seen == [[3], [4, 6], [5]])
        queue.close()
    }

    @Test("A request larger than the budget is computed in several passes")
    func parts() async throws {
        let queue = queue(workers: 1, budget: 10), served = try model.served(as: "m")
        model.open(3)
        let outputs = try await queue.run((1...5).map { .of($0, length: 5) }, on: served).outputs
        #expect(outputs.map { $0.logits?.first } == [1, 2, 3, 4, 5])
        #expect(model.seen == [[5, 5], [5, 5], [5]])
        queue.close()
    }

    @Test("A closed queue answers what waits and refuses what comes")
    func closing() async throws {
        let queue = queue(workers: 1), served = try model.served(as: "m")
        let computing = Task { try await queue.run([.of(1)], on: served) }
        await model.waitUntilEntered()
        let waiting = try await submit([.of(2)], to: queue, on: served)
        queue.close()
        await #expect(throws: InferenceError.shuttingDown) { try await queue.run([.of(3)], on: served) }
        model.open(2)
        _ = try await computing.value
        #expect(try await waiting.value == [2])
    }
}
