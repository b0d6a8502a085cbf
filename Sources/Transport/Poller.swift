import CLinux
import Dispatch
import Glibc

/// What an event loop's thread runs: it waits for descriptors, moments and letters, and calls those who asked for them.
///
/// Sendable although it has state: all but the mailbox is touched on the loop's own queue alone, which every entry checks.
final class Poller: @unchecked Sendable {
    /// How many descriptors one call reports; the others are reported by the next.
    private static let batch = 128

    let mailbox = LoopMailbox()
    private let queue: DispatchQueue
    private let epoll: Int32
    private let events = UnsafeMutableBufferPointer<epoll_event>.allocate(capacity: Poller.batch)
    private var watched: [Int32: EpollReadiness] = [:]
    private var timers: [LoopTimer] = []

    init(queue: DispatchQueue) {
        self.queue = queue
        epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        precondition(epoll >= 0, "no epoll instance could be made: \(SystemCall.message(errno))")
        control(EPOLL_CTL_ADD, mailbox.descriptor, EPOLLIN.rawValue)
    }

    deinit {
        close(epoll)
        events.deallocate()
    }

    /// Runs until the mailbox is closed and empty.
    func run() {
        var letters: [LoopMailbox.Letter] = []
        while mailbox.take(into: &letters) {
            for letter in letters {
                switch letter {
                case .job(let job, let executor): job.runSynchronously(on: executor)
                case .work(let work): work()
                }
            }
            letters.removeAll(keepingCapacity: true)
            fireTimers()
            poll()
        }
        // Whoever is left here holds this poller, and nobody will take them out.
        withExtendedLifetime((timers, watched)) {
            timers = []
            watched = [:]
        }
    }

    private func poll() {
        let mayBlock = mailbox.fallAsleep()
        let count = epoll_wait(epoll, events.baseAddress, Int32(events.count), mayBlock ? timeout : 0)
        if mayBlock { mailbox.awoke() }
        guard count > 0 else { return }
        for event in events.prefix(Int(count)) {
            let descriptor = event.data.fd
            if descriptor == mailbox.descriptor { mailbox.acknowledgeWake() } else { watched[descriptor]?.report(event.events) }
        }
    }

    // MARK: Descriptors

    /// A descriptor that closed and was given to a new connection within one batch may get the old one's event: a callback without need.
    ///
    /// Where the kernel has no room for another one, nothing is reported until this is called again: a connection then ends by its deadline.
    func watch(_ descriptor: Int32, for events: UInt32, _ readiness: EpollReadiness) {
        checkQueue()
        if watched[descriptor] != nil {
            control(EPOLL_CTL_MOD, descriptor, events)
        } else if control(EPOLL_CTL_ADD, descriptor, events) {
            watched[descriptor] = readiness
        }
    }

    func forget(_ descriptor: Int32) {
        checkQueue()
        guard watched.removeValue(forKey: descriptor) != nil else { return }
        control(EPOLL_CTL_DEL, descriptor, 0)
    }

    /// False where the kernel has no memory for it, or not for this user (fs.epoll.max_user_watches).
    @discardableResult
    private func control(_ operation: Int32, _ descriptor: Int32, _ events: UInt32) -> Bool {
        var event = epoll_event(events: events, data: epoll_data_t(fd: descriptor))
        let status = epoll_ctl(epoll, operation, descriptor, &event)
        // The rest of what can fail is a bug here.
        precondition(status == 0 || errno == ENOMEM || errno == ENOSPC, "epoll_ctl failed: \(SystemCall.message(errno))")
        return status == 0
    }

    // MARK: Time

    func add(_ timer: LoopTimer) {
        checkQueue()
        if !timers.contains(where: { $0 === timer }) { timers.append(timer) }
    }

    func remove(_ timer: LoopTimer) {
        checkQueue()
        timers.removeAll { $0 === timer }
    }

    /// Milliseconds until the first timer, rounded up; -1 without one. A loop has a few timers, so they stand in no order.
    private var timeout: Int32 {
        guard let first = timers.map(\.time).min() else { return -1 }
        let delay = max(0, first.nanoseconds - MonotonicTime.now.nanoseconds)
        return Int32(clamping: (delay + 999_999) / 1_000_000)
    }

    private func fireTimers() {
        guard !timers.isEmpty else { return }
        let now = MonotonicTime.now
        let due = timers.filter { $0.time <= now }
        guard !due.isEmpty else { return }
        timers.removeAll { $0.time <= now }
        for timer in due where timer.time <= now { timer.onFire() }
    }

    private func checkQueue() {
        dispatchPrecondition(condition: .onQueue(queue))
    }
}
