import Dispatch

/// A serial Dispatch queue on which everything of a set of connections happens.
///
/// Actors that name an event loop as their executor run on its queue, so that the compiler knows what is confined to it,
/// and Dispatch's callbacks enter such an actor with `assumeIsolated`, which checks the queue.
public final class EventLoop: SerialExecutor {
    private let queue: DispatchQueue

    public init(label: String) {
        queue = DispatchQueue(label: label, qos: .userInitiated)
    }

    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }

    /// Stops the process unless the caller runs on this loop's queue.
    public func checkIsolated() {
        dispatchPrecondition(condition: .onQueue(queue))
    }

    /// Runs `work` on the loop after what is already waiting there.
    public func execute(_ work: @escaping @Sendable () -> Void) {
        queue.async { work() }
    }

    /// Watches a descriptor that stays open until `cancel` has completed; nothing is watched until asked for.
    func makeReadiness(
        descriptor: Int32, onReadable: @escaping @Sendable () -> Void, onWritable: @escaping @Sendable () -> Void
    ) -> any Readiness {
        DispatchReadiness(descriptor: descriptor, queue: queue, onReadable: onReadable, onWritable: onWritable)
    }

    /// A timer that calls `onFire` on this loop.
    public func makeTimer(onFire: @escaping @Sendable () -> Void) -> LoopTimer {
        LoopTimer(queue: queue, onFire: onFire)
    }
}
