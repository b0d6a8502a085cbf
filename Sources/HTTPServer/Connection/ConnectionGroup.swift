import Glibc
import HTTPCore
import Synchronization
import Transport

/// The connections of one event loop, and what they share: the timer for their deadlines and the text of the date.
actor ConnectionGroup {
    /// The least time between two looks at all deadlines.
    private static let resolution: Int64 = 20_000_000

    private nonisolated let loop: EventLoop
    private nonisolated let configuration: HTTPServerConfiguration
    private nonisolated let rules: ConnectionRules
    private nonisolated let onClose: @Sendable (_ peerNetwork: String?) -> Void
    private var connections: [ObjectIdentifier: HTTPConnection] = [:]
    private var timer: LoopTimer?
    private var isDraining = false
    // Readable without entering the actor: most events move a deadline further away and need no timer.
    private nonisolated let nextWake = Atomic<Int64>(Int64.max)
    private nonisolated let dateCache = Mutex<(second: Int, text: [UInt8])>((0, []))

    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    /// - Parameter onClose: called on the loop for each connection that is over.
    init(loop: EventLoop, configuration: HTTPServerConfiguration, rules: ConnectionRules, onClose: @escaping @Sendable (_ peerNetwork: String?) -> Void) {
        self.loop = loop
        self.configuration = configuration
        self.rules = rules
        self.onClose = onClose
    }

    /// - Parameter context: for TLS; nil for a plain connection.
    nonisolated func add(_ socket: AcceptedSocket, _ context: TLSContext?) {
        loop.execute { self.assumeIsolated { $0.open(socket, context) } }
    }

    nonisolated func drain() {
        loop.execute {
            self.assumeIsolated { group in
                group.isDraining = true
                for connection in group.connections.values { connection.assumeIsolated { $0.drain() } }
                group.releaseTimerIfDone()
            }
        }
    }

    nonisolated func abort() {
        loop.execute {
            self.assumeIsolated { group in
                for connection in group.connections.values { connection.assumeIsolated { $0.abort() } }
            }
        }
    }

    func remove(_ connection: HTTPConnection) {
        connections[ObjectIdentifier(connection)] = nil
        onClose(connection.peerNetwork)
        releaseTimerIfDone()
    }

    /// The timer's callback holds the group, and would for ever.
    private func releaseTimerIfDone() {
        guard isDraining, connections.isEmpty else { return }
        timer?.cancel()
        timer = nil
        nextWake.store(Int64.max, ordering: .relaxed)
    }

    private func open(_ socket: AcceptedSocket, _ context: TLSContext?) {
        let stream = SocketStream(socket, loop: loop)
        let connection =
            if let context {
                connect(TLSStream(stream, context: context), socket)
            } else {
                connect(stream, socket)
            }
        connections[ObjectIdentifier(connection)] = connection
        connection.assumeIsolated { $0.start() }
        if isDraining { connection.assumeIsolated { $0.drain() } }
    }

    private func connect(_ stream: sending any ByteStream, _ socket: AcceptedSocket) -> HTTPConnection {
        HTTPConnection(
            stream: stream, remoteAddress: socket.peer.host, peerNetwork: socket.peerNetwork, loop: loop, group: self,
            configuration: configuration, rules: rules)
    }
}

// MARK: - Time

extension ConnectionGroup {
    /// The current time as the `Date` field has it; formatted once a second.
    nonisolated func date() -> [UInt8] {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME_COARSE, &time)
        return dateCache.withLock { cache in
            if cache.second != time.tv_sec { cache = (time.tv_sec, HTTPDate.format(secondsSinceEpoch: time.tv_sec)) }
            return cache.text
        }
    }

    /// Sees to it that deadlines are looked at by `time`.
    nonisolated func wake(noLaterThan time: MonotonicTime) {
        if time.nanoseconds < nextWake.load(ordering: .relaxed) { assumeIsolated { $0.schedule(time) } }
    }

    private func schedule(_ time: MonotonicTime) {
        nextWake.store(time.nanoseconds, ordering: .relaxed)
        let timer = self.timer ?? loop.makeTimer { self.assumeIsolated { $0.checkDeadlines() } }
        self.timer = timer
        timer.schedule(at: time)
    }

    private func checkDeadlines() {
        let now = MonotonicTime.now
        // No connection sets the timer while all of them are asked.
        nextWake.store(Int64.min, ordering: .relaxed)
        var earliest: MonotonicTime?
        for connection in connections.values {
            guard let deadline = connection.assumeIsolated({ $0.checkDeadline(now) }) else { continue }
            earliest = min(earliest ?? deadline, deadline)
        }
        nextWake.store(Int64.max, ordering: .relaxed)
        if let earliest { schedule(max(earliest, now + Self.resolution)) }
    }
}
