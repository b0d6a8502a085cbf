import Models
import Synchronization

/// One request's sequences on their way through the queue and the workers, and whoever waits for them all.
final class Submission: Sendable {
    struct Result: Sendable {
        var outputs: [SequenceOutput]
        /// From the submission to the start of its first forward pass.
        var queueTime: Duration
        /// From there to the end of its last.
        var computeTime: Duration
    }

    private struct State {
        var outputs: [SequenceOutput?]
        var remaining: Int
        var started: ContinuousClock.Instant?
        var isOver = false
        var continuation: CheckedContinuation<Swift.Result<Result, InferenceError>, Never>?
    }

    private let submitted = ContinuousClock.now
    private let state: Mutex<State>

    /// Lives as long as anything computes for this request: the memory that its answer will take.
    private let held: (any Sendable)?

    init(count: Int, holding held: (any Sendable)? = nil) {
        self.held = held
        state = Mutex(State(outputs: Array(repeating: nil, count: count), remaining: count))
    }

    /// Sets who waits; called once, before any sequence is queued.
    func setWaiter(_ continuation: CheckedContinuation<Swift.Result<Result, InferenceError>, Never>) {
        let isOver = state.withLock { state in
            if !state.isOver { state.continuation = continuation }
            return state.isOver
        }
        if isOver { continuation.resume(returning: .failure(.cancelled)) }
    }

    /// Whether nobody waits any more.
    var isOver: Bool { state.withLock { $0.isOver } }

    /// Says that a worker begins with one of the sequences.
    /// - Returns: false when nobody waits any more, and the sequence need not be computed.
    func begin() -> Bool {
        state.withLock { state in
            if state.started == nil { state.started = .now }
            return !state.isOver
        }
    }

    func complete(_ index: Int, _ output: SequenceOutput) {
        let finished = state.withLock { state -> (CheckedContinuation<Swift.Result<Result, InferenceError>, Never>, Result)? in
            guard !state.isOver else { return nil }
            state.outputs[index] = output
            state.remaining -= 1
            guard state.remaining == 0, let continuation = state.continuation else { return nil }
            state.isOver = true
            state.continuation = nil
            let started = state.started ?? submitted
            let result = Result(
                outputs: state.outputs.compactMap(\.self), queueTime: started - submitted, computeTime: .now - started)
            state.outputs = []
            return (continuation, result)
        }
        if let (continuation, result) = finished { continuation.resume(returning: .success(result)) }
    }

    /// Ends the wait without an answer; what a worker still computes for it is dropped.
    func fail(_ error: InferenceError) {
        let continuation = state.withLock { state in
            state.isOver = true
            state.outputs = []
            defer { state.continuation = nil }
            return state.continuation
        }
        continuation?.resume(returning: .failure(error))
    }
}
