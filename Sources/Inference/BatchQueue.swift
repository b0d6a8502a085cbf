import DequeModule
import Dispatch
import Models
import Synchronization

/// What waits before the workers: a bounded line for each model. Models take turns, and so do requests in a line.
final class BatchQueue: Sendable {
    struct Job: Sendable {
        let model: ServedModel
        let input: SequenceInput
        let submission: Submission
        /// The sequence's number in its submission.
        let index: Int
    }

    /// How much may wait.
    struct Capacity: Sendable {
        var sequences: Int
        var tokens: Int
    }

    private struct State {
        var lines: [String: BatchLine] = [:]
        /// The models in `lines`, the next to be served first.
        var turns: Deque<String> = []
        var count = 0
        var tokens = 0
        /// Workers without work, asleep or about to look.
        var free = 0
        var asleep = 0
        var isClosed = false
    }

    private let policy: BatchPolicy
    private let capacity: Capacity
    private let state = Mutex(State())
    private let wakeUps = DispatchSemaphore(value: 0)

    init(policy: BatchPolicy, capacity: Capacity) {
        self.policy = policy
        self.capacity = capacity
    }

    /// Computes the inputs, together with whatever waits at the same time, and returns when the last is done.
    /// - Parameter held: kept until nothing computes for this request any more, even after it was cancelled.
    /// - Throws: `InferenceError.overloaded` at once when they don't all fit in the line, `.shuttingDown`, or
    ///   `.cancelled` as soon as the calling task is; then they leave the line.
    func run(
        _ inputs: [SequenceInput], on model: ServedModel, holding held: (any Sendable)? = nil
    ) async throws(InferenceError) -> Submission.Result {
        let submission = Submission(count: inputs.count, holding: held)
        let jobs = inputs.enumerated().map { Job(model: model, input: $1, submission: submission, index: $0) }
        return try await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                submission.setWaiter(continuation)
                do throws(InferenceError) { try append(jobs, of: submission, model.name) } catch { submission.fail(error) }
            }
        } onCancel: {
            submission.fail(.cancelled)
            remove(submission, of: model.name)
        }.get()
    }

    private func append(_ jobs: [Job], of submission: Submission, _ model: String) throws(InferenceError) {
        let tokens = jobs.reduce(0) { $0 + $1.input.ids.count }
        let refusal: InferenceError? = state.withLock { state in
            if state.isClosed { return .shuttingDown }
            // Cancelled before it came here: `remove` has been, and would not come again.
            if submission.isOver { return .cancelled }
            if state.count + jobs.count > capacity.sequences || state.tokens + tokens > capacity.tokens { return .overloaded }
            if state.lines[model] == nil { state.turns.append(model) }
            state.lines[model, default: BatchLine()].append(jobs, of: submission)
            state.count += jobs.count
            state.tokens += tokens
            for _ in 0..<min(jobs.count, state.asleep) {
                state.asleep -= 1
                wakeUps.signal()
            }
            return nil
        }
        if let refusal { throw refusal }
    }

    private func remove(_ submission: Submission, of model: String) {
        state.withLock { state in
            guard var line = state.lines[model] else { return }
            let before = (line.count, line.tokens)
            line.remove(submission)
            state.count -= before.0 - line.count
            state.tokens -= before.1 - line.tokens
            put(line, of: model, into: &state)
        }
    }

    /// Keeps a line, or forgets it when nothing is left in it.
    private func put(_ line: BatchLine, of model: String, into state: inout State) {
        if line.isEmpty {
            state.lines[model] = nil
            state.turns.removeAll { $0 == model }
        } else {
            state.lines[model] = line
        }
    }

    /// The next batch for the calling worker, all for one model; waits while there is none.
    /// - Returns: nil once the queue is closed and empty.
    func take() -> [Job]? {
        state.withLock { $0.free += 1 }
        while true {
            let next = state.withLock { state -> Next in
                if let jobs = takeInTurn(&state) {
                    state.free -= 1
                    return .batch(jobs)
                }
                if state.isClosed { return .end }
                state.asleep += 1
                return .sleep
            }
            switch next {
            case .batch(let jobs): return jobs
            case .end: return nil
            case .sleep: wakeUps.wait()
            }
        }
    }

    private enum Next {
        case batch([Job]), sleep, end
    }

    private func takeInTurn(_ state: inout State) -> [Job]? {
        guard let model = state.turns.popFirst(), var line = state.lines.removeValue(forKey: model) else { return nil }
        let before = line.tokens
        let jobs = line.take(policy, freeWorkers: state.free)
        state.count -= jobs.count
        state.tokens -= before - line.tokens
        if !line.isEmpty { state.turns.append(model) }
        put(line, of: model, into: &state)
        return jobs
    }

    /// Takes no more; what waits is still computed.
    func close() {
        state.withLock { state in
            state.isClosed = true
            for _ in 0..<state.asleep { wakeUps.signal() }
            state.asleep = 0
        }
    }

    /// Sequences that wait now.
    var waitingCount: Int { state.withLock { $0.count } }
}
