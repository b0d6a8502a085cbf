import Dispatch
import Models
import Synchronization
import Tensors

/// What waits before the workers, and the passes under way, with which workers help that would have nothing to do.
final class BatchQueue: Sendable {
    /// How much may wait.
    struct Capacity: Sendable {
        var sequences: Int
        var tokens: Int
    }

    /// What a worker does next.
    enum Assignment {
        /// A forward pass of these, all for one model, as the leader of the team; `finish` follows it.
        case lead([BatchJob], ThreadTeam)
        /// A pass that another leads, while nothing waits; `leave` follows it.
        case help(ThreadTeam)
    }

    private struct State {
        var lines = BatchLines()
        var passes: [(team: ThreadTeam, pass: TeamPolicy.Pass)] = []
        var asleep = 0
        var isClosed = false
    }

    private let policy: BatchPolicy, teamPolicy: TeamPolicy
    private let capacity: Capacity
    private let workers: Int
    private let state = Mutex(State())
    private let wakeUps = DispatchSemaphore(value: 0)
    private let idle = Atomic(true)

    /// - Parameter workers: how many threads call `take`.
    init(policy: BatchPolicy, teamPolicy: TeamPolicy = TeamPolicy(), capacity: Capacity, workers: Int) {
        self.policy = policy
        self.teamPolicy = teamPolicy
        self.capacity = capacity
        self.workers = workers
    }

    /// Sequences that wait now.
    var waitingCount: Int { state.withLock { $0.lines.load.sequences } }

    /// Whether nothing waits. For helpers, who ask between two shares of a product: an atomic, sequentially consistent.
    var isIdle: Bool { idle.load(ordering: .sequentiallyConsistent) }

    // MARK: Requests

    /// Computes the inputs, together with whatever waits at the same time, and returns when the last is done.
    /// - Parameters:
    ///   - isContinued: for a request of which a part was computed before: it does not ask again for room in the line.
    ///   - held: kept until nothing computes for this request any more, even after it was cancelled.
    /// - Throws: `InferenceError.overloaded` at once when they don't all fit in the line, `.shuttingDown`, or
    ///   `.cancelled` as soon as the calling task is; then they leave the line.
    func run(
        _ inputs: [SequenceInput], on model: ServedModel, isContinued: Bool = false, holding held: (any Sendable)? = nil
    ) async throws(InferenceError) -> Submission.Result {
        let submission = Submission(count: inputs.count, holding: held)
        let hiddenSize = model.summary.hiddenSize
        let jobs = inputs.enumerated().map { index, input in
            BatchJob(
                model: model, input: input, cost: BatchPolicy.cost(tokens: input.ids.count, hiddenSize: hiddenSize),
                submission: submission, index: index)
        }
        return try await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                submission.setWaiter(continuation)
                do throws(InferenceError) { try append(jobs, of: submission, model.name, isContinued) } catch { submission.fail(error) }
            }
        } onCancel: {
            submission.fail(.cancelled)
            change { $0.lines.remove(submission, model: model.name) }
        }.get()
    }

    private func append(_ jobs: [BatchJob], of submission: Submission, _ model: String, _ isContinued: Bool) throws(InferenceError) {
        enum Outcome { case refused(InferenceError), wake(Int), recall([ThreadTeam]) }
        let added = BatchLoad(jobs)
        let outcome = change { state -> Outcome in
            if state.isClosed { return .refused(.shuttingDown) }
            // Cancelled before it came here: it has been removed, and will not be again.
            if submission.isOver { return .refused(.cancelled) }
            let load = state.lines.load
            let fits = load.sequences + added.sequences <= capacity.sequences && load.tokens + added.tokens <= capacity.tokens
            guard fits || isContinued else { return .refused(.overloaded) }
            state.lines.append(jobs, of: submission, model: model, added)
            guard state.asleep > 0 else { return .recall(state.passes.filter { $0.pass.members > 1 }.map(\.team)) }
            let woken = teamPolicy.workersToWake(newSequences: jobs.count, asleep: state.asleep)
            state.asleep -= woken
            return .wake(woken)
        }
        switch outcome {
        case .refused(let error): throw error
        case .wake(let count): for _ in 0..<count { wakeUps.signal() }
        // Helpers see for themselves that something waits, except where they sleep in a long step of their leader.
        case .recall(let teams): for team in teams { team.recallHelpers() }
        }
    }

    /// Takes no more; what waits is still computed.
    func close() {
        let asleep = change { state in
            state.isClosed = true
            defer { state.asleep = 0 }
            return state.asleep
        }
        for _ in 0..<asleep { wakeUps.signal() }
    }

    // MARK: Workers

    /// The next work for the calling worker; sleeps while there is none.
    /// - Returns: nil once the queue is closed and empty.
    func take() -> Assignment? {
        enum Next { case assignment(Assignment, waking: Int), sleep, end }
        while true {
            let next = change { state -> Next in
                if let (assignment, pass) = takeBatch(&state) ?? joinPass(&state) {
                    let woken = teamPolicy.workersToWake(
                        joined: pass, waitingSequences: state.lines.load.sequences, asleep: state.asleep)
                    state.asleep -= woken
                    return .assignment(assignment, waking: woken)
                }
                if state.isClosed { return .end }
                state.asleep += 1
                return .sleep
            }
            switch next {
            case .assignment(let assignment, let count):
                for _ in 0..<count { wakeUps.signal() }
                return assignment
            case .end: return nil
            case .sleep: wakeUps.wait()
            }
        }
    }

    /// The leader's pass is over.
    func finish(_ team: ThreadTeam) {
        change { state in state.passes.removeAll { $0.team === team } }
        team.dismiss()
    }

    /// A helper has left the team.
    func leave(_ team: ThreadTeam) {
        change { state in
            guard let place = state.passes.firstIndex(where: { $0.team === team }) else { return }
            state.passes[place].pass.members -= 1
        }
    }

    private func takeBatch(_ state: inout State) -> (Assignment, TeamPolicy.Pass)? {
        // Helpers count as free: they leave when something waits.
        guard let jobs = state.lines.take(policy, freeWorkers: max(1, workers - state.passes.count)) else { return nil }
        let pass = TeamPolicy.Pass(cost: jobs.reduce(0) { $0 + $1.cost }, members: 1)
        let team = ThreadTeam(maximumHelpers: min(workers, teamPolicy.maximumMembers) - 1)
        state.passes.append((team, pass))
        return (.lead(jobs, team), pass)
    }

    private func joinPass(_ state: inout State) -> (Assignment, TeamPolicy.Pass)? {
        guard let place = teamPolicy.passToHelp(state.passes.map(\.pass), waitingSequences: state.lines.load.sequences)
        else { return nil }
        state.passes[place].pass.members += 1
        return (.help(state.passes[place].team), state.passes[place].pass)
    }

    /// Every change goes through here, so that `isIdle` is never behind.
    private func change<Result>(_ body: (inout State) -> Result) -> Result {
        state.withLock { state in
            defer { idle.store(state.lines.isEmpty, ordering: .sequentiallyConsistent) }
            return body(&state)
        }
    }
}
