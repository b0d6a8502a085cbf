import DequeModule
import Dispatch
import Models
import Synchronization

/// A bounded line of sequences before the workers, one for each model, served by who waited longest.
final class BatchQueue: Sendable {
    struct Job: Sendable {
        let model: ServedModel
        let input: SequenceInput
        let submission: Submission
        /// The sequence's number in its submission.
        let index: Int
    }

    private struct Line {
        var jobs: Deque<(ticket: UInt64, job: Job)> = []
        var tokens = 0
    }

    private struct State {
        var lines: [String: Line] = [:]
        var count = 0
        var nextTicket: UInt64 = 0
        /// Workers without work, asleep or about to look.
        var free = 0
        var asleep = 0
        var isClosed = false
    }

    private let policy: BatchPolicy
    private let capacity: Int
    private let state = Mutex(State())
    private let wakeUps = DispatchSemaphore(value: 0)

    /// - Parameter capacity: sequences that may wait.
    init(policy: BatchPolicy, capacity: Int) {
        self.policy = policy
        self.capacity = capacity
    }

    /// Computes the inputs, together with whatever waits at the same time, and returns when the last is done.
    /// - Throws: `InferenceError.overloaded` at once when they don't all fit in the line, `.shuttingDown`, or
    ///   `.cancelled` as soon as the calling task is; then they leave the line.
    func run(_ inputs: [SequenceInput], on model: ServedModel) async throws(InferenceError) -> Submission.Result {
        let submission = Submission(count: inputs.count)
        let jobs = inputs.enumerated().map { Job(model: model, input: $1, submission: submission, index: $0) }
        return try await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                submission.setWaiter(continuation)
                do throws(InferenceError) { try append(jobs, of: model.name) } catch { submission.fail(error) }
            }
        } onCancel: {
            submission.fail(.cancelled)
            remove(submission, of: model.name)
        }.get()
    }

    private func append(_ jobs: [Job], of model: String) throws(InferenceError) {
        let refusal: InferenceError? = state.withLock { state in
            if state.isClosed { return .shuttingDown }
            if state.count + jobs.count > capacity { return .overloaded }
            for job in jobs {
                state.lines[model, default: Line()].jobs.append((state.nextTicket, job))
                state.lines[model]!.tokens += job.input.ids.count
                state.nextTicket += 1
            }
            state.count += jobs.count
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
            let before = line.jobs.count
            line.jobs.removeAll { $0.job.submission === submission }
            line.tokens = line.jobs.reduce(0) { $0 + $1.job.input.ids.count }
            state.count -= before - line.jobs.count
            state.lines[model] = line
        }
    }

    /// The next batch for the calling worker, all for one model; waits while there is none.
    /// - Returns: nil once the queue is closed and empty.
    func take() -> [Job]? {
        state.withLock { $0.free += 1 }
        while true {
            let next = state.withLock { state -> Next in
                if let jobs = takeFromLongestWaiting(&state) {
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

    private func takeFromLongestWaiting(_ state: inout State) -> [Job]? {
        let waiting = state.lines.lazy.compactMap { name, line in line.jobs.first.map { (name, $0.ticket) } }
        guard let (name, _) = waiting.min(by: { $0.1 < $1.1 }), var line = state.lines.removeValue(forKey: name)
        else { return nil }
        let count = policy.count(
            line.jobs.lazy.map { $0.job.input.ids.count }, waitingTokens: line.tokens, freeWorkers: state.free)
        let jobs = line.jobs.prefix(count).map(\.job)
        line.jobs.removeFirst(count)
        line.tokens -= jobs.reduce(0) { $0 + $1.input.ids.count }
        state.count -= count
        if !line.jobs.isEmpty { state.lines[name] = line }
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
