/// A timer of one event loop that fires once after each `schedule`. Used on that loop only.
public final class LoopTimer {
    private let poller: Poller
    let onFire: @Sendable () -> Void
    private(set) var time = MonotonicTime(nanoseconds: .max)

    init(poller: Poller, onFire: @escaping @Sendable () -> Void) {
        self.poller = poller
        self.onFire = onFire
    }

    /// Fires at `time`, in place of any moment scheduled before.
    public func schedule(at time: MonotonicTime) {
        self.time = time
        poller.add(self)
    }

    public func cancel() {
        time = MonotonicTime(nanoseconds: .max)
        poller.remove(self)
    }
}
