import CLinux

/// Readiness from the epoll instance of an event loop; epoll(7).
final class EpollReadiness: Readiness {
    private let descriptor: Int32
    private let poller: Poller
    private let onReadable: @Sendable () -> Void
    private let onWritable: @Sendable () -> Void
    private var isReading = false
    private var isWriting = false
    private var isCancelled = false

    init(
        descriptor: Int32, poller: Poller, onReadable: @escaping @Sendable () -> Void, onWritable: @escaping @Sendable () -> Void
    ) {
        self.descriptor = descriptor
        self.poller = poller
        self.onReadable = onReadable
        self.onWritable = onWritable
    }

    func setInterest(reading: Bool, writing: Bool) {
        guard !isCancelled, reading != isReading || writing != isWriting else { return }
        isReading = reading
        isWriting = writing
        // epoll reports errors and hang-ups of whatever it watches, so what nobody waits for must not be watched at all.
        guard reading || writing else { return poller.forget(descriptor) }
        let events = (reading ? EPOLLIN.rawValue | EPOLLRDHUP.rawValue : 0) | (writing ? EPOLLOUT.rawValue : 0)
        poller.watch(descriptor, for: events, self)
    }

    /// Passes on what epoll reported. A hang-up or an error is told by the read or write that follows.
    func report(_ events: UInt32) {
        let broken = EPOLLERR.rawValue | EPOLLHUP.rawValue
        if isReading, events & (EPOLLIN.rawValue | EPOLLRDHUP.rawValue | broken) != 0 { onReadable() }
        if isWriting, events & (EPOLLOUT.rawValue | broken) != 0 { onWritable() }
    }

    func cancel() {
        setInterest(reading: false, writing: false)
        isCancelled = true
    }
}
