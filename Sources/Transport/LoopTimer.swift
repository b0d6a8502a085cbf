import Dispatch

/// A timer of one event loop that fires once after each `schedule`.
public final class LoopTimer {
    private let source: any DispatchSourceTimer

    init(queue: DispatchQueue, onFire: @escaping @Sendable () -> Void) {
        source = DispatchSource.makeTimerSource(queue: queue)
        source.setEventHandler { onFire() }
        source.schedule(deadline: .distantFuture)
        source.activate()
    }

    /// Fires at `time`, in place of any moment scheduled before.
    public func schedule(at time: MonotonicTime) {
        let delay = max(0, time.nanoseconds - MonotonicTime.now.nanoseconds)
        source.schedule(deadline: .now() + .nanoseconds(Int(delay)), leeway: .milliseconds(1))
    }

    public func cancel() {
        source.cancel()
    }

    deinit {
        source.cancel()
    }
}
