import Dispatch

/// What a test waited for did not come to hold in five minutes.
public struct ConditionNeverHeld: Error {}

/// Returns once `condition` holds, which is asked every millisecond on a queue of its own.
///
/// A loop over `Task.yield` would keep one of Swift's threads, of which there are as many as processors, from all other tests.
public func until(_ condition: @escaping @Sendable () -> Bool) async throws {
    let timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "condition"))
    let limit = ContinuousClock.now + .seconds(300)
    try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
        timer.setEventHandler {
            let holds = condition()
            guard !timer.isCancelled, holds || ContinuousClock.now > limit else { return }
            timer.cancel()
            continuation.resume(with: holds ? .success(()) : .failure(ConditionNeverHeld()))
        }
        timer.schedule(deadline: .now(), repeating: .milliseconds(1))
        timer.activate()
    }
}
