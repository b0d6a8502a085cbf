import Glibc

/// A listening socket on an event loop.
public actor Listener {
    /// Whether to go on accepting.
    public enum Verdict: Sendable {
        case proceed
        /// Accept no more until `resume`.
        case pause
    }

    /// How many connections are taken before others on the loop get their turn.
    private static let batch = 64
    /// How long to wait when the process is out of descriptors: accepting cannot succeed, and the pending connection would wake us at once.
    private static let exhaustionPause: Int64 = 100_000_000

    private nonisolated let loop: EventLoop
    public nonisolated let address: BoundAddress
    private let descriptor: Int32
    /// The socket's, where it has a path.
    private let file: ListeningSocket.File?
    private var readiness: (any Readiness)?
    private var timer: LoopTimer?
    private var onAccept: (@Sendable (AcceptedSocket) -> Verdict)?
    private var isPaused = false
    private var isExhausted = false
    private var isClosed = false

    public nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    /// Binds and listens; connections are accepted from `start` on.
    public init(loop: EventLoop, at address: ListenAddress) throws(TransportError) {
        self.loop = loop
        (descriptor, self.address) = try ListeningSocket.open(address)
        file = self.address.path.flatMap { ListeningSocket.File($0) }
    }

    /// Accepts connections on the loop; each is handed to `onAccept`.
    public nonisolated func start(onAccept: @escaping @Sendable (AcceptedSocket) -> Verdict) {
        loop.execute { self.assumeIsolated { $0.begin(onAccept) } }
    }

    /// Accepts again after `.pause`.
    public nonisolated func resume() {
        loop.execute {
            self.assumeIsolated { listener in
                listener.isPaused = false
                listener.updateInterest()
            }
        }
    }

    /// Stops listening; connections that wait in the kernel's queue are reset by it.
    ///
    /// When it returns, `onAccept` was called for the last time and the port, or the path, is free.
    public func close() {
        guard !isClosed else { return }
        isClosed = true
        timer?.cancel()
        timer = nil
        onAccept = nil
        readiness?.cancel()
        readiness = nil
        // First the name, if it is still ours: once nobody listens, another server may take it over.
        if let path = address.path, ListeningSocket.File(path) == file { unlink(path) }
        Glibc.close(descriptor)
    }

    private func begin(_ onAccept: @escaping @Sendable (AcceptedSocket) -> Verdict) {
        guard !isClosed, readiness == nil else { return }
        self.onAccept = onAccept
        readiness = loop.makeReadiness(
            descriptor: descriptor, onReadable: { self.assumeIsolated { $0.acceptConnections() } }, onWritable: {})
        updateInterest()
    }

    private func updateInterest() {
        readiness?.setInterest(reading: !isPaused && !isExhausted, writing: false)
    }

    private func acceptConnections() {
        for _ in 0..<Self.batch {
            guard let onAccept, !isPaused else { break }
            var peer = SocketAddress()
            let accepted = SystemCall.retrying {
                peer.fill { Int(accept(descriptor, $0, $1)) }
            }
            if accepted >= 0 {
                let socket = Int32(accepted)
                ListeningSocket.prepareConnection(socket)
                let connection = AcceptedSocket(descriptor: socket, peer: peer.boundAddress, peerNetwork: peer.network)
                if onAccept(connection) == .pause { isPaused = true }
                continue
            }
            switch errno {
            case ECONNABORTED, EPROTO, EPERM: continue  // This one connection failed before it was taken; accept(2).
            case EMFILE, ENFILE, ENOBUFS, ENOMEM: waitForDescriptors()
            default: break
            }
            break
        }
        updateInterest()
    }

    private func waitForDescriptors() {
        isExhausted = true
        let timer = self.timer ?? loop.makeTimer { self.assumeIsolated { $0.descriptorsMayBeFree() } }
        self.timer = timer
        timer.schedule(at: .now + Self.exhaustionPause)
    }

    private func descriptorsMayBeFree() {
        isExhausted = false
        updateInterest()
    }
}
