import Dispatch

/// A serial Dispatch queue on which everything of a set of connections happens.
///
/// Its one block waits with epoll for descriptors, timers and jobs until nobody holds the loop any more. Dispatch's own sources cost a
/// thread change for each event, for its manager alone waits.
///
/// Actors that name an event loop as their executor run on it, so that the compiler knows what is confined to it,
/// and the loop's callbacks enter such an actor with `assumeIsolated`, which checks the queue.
public final class EventLoop: SerialExecutor {
    private let queue: DispatchQueue
    private let poller: Poller

    public init(label: String) {
        let queue = DispatchQueue(label: label, qos: .userInitiated)
        let poller = Poller(queue: queue)
        self.queue = queue
        self.poller = poller
        queue.async { poller.run() }
    }

    deinit {
        poller.mailbox.close()
    }

    public func enqueue(_ job: consuming ExecutorJob) {
        poller.mailbox.post(.job(UnownedJob(job), on: asUnownedSerialExecutor()))
    }

    /// Stops the process unless the caller runs on this loop's queue.
    public func checkIsolated() {
        dispatchPrecondition(condition: .onQueue(queue))
    }

    /// Runs `work` on the loop after what is already waiting there.
    public func execute(_ work: @escaping @Sendable () -> Void) {
        poller.mailbox.post(.work(work))
    }

    /// Watches a descriptor that stays open until `cancel`; nothing is watched until asked for.
    func makeReadiness(
        descriptor: Int32, onReadable: @escaping @Sendable () -> Void, onWritable: @escaping @Sendable () -> Void
    ) -> any Readiness {
        EpollReadiness(descriptor: descriptor, poller: poller, onReadable: onReadable, onWritable: onWritable)
    }

    /// A timer that calls `onFire` on this loop.
    public func makeTimer(onFire: @escaping @Sendable () -> Void) -> LoopTimer {
        LoopTimer(poller: poller, onFire: onFire)
    }
}
