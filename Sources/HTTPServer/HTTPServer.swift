import Synchronization
public import Transport

/// A server of HTTP/1.1 and HTTP/2.
public final class HTTPServer: Sendable {
    private struct State: Sendable {
        var listeners: [Listener] = []
        var groups: [ConnectionGroup] = []
        var isDraining = false
        var nextGroup = 0
        /// Connections by the client's network.
        var peers: [String: Int] = [:]
        var onEmpty: [CheckedContinuation<Void, Never>] = []
    }

    private let configuration: HTTPServerConfiguration
    private let loops: [EventLoop]
    private let rules: ConnectionRules
    private let state = Mutex(State())
    private let connections = Atomic<Int>(0)

    public convenience init(configuration: HTTPServerConfiguration) {
        self.init(configuration: configuration, loops: (0..<max(1, configuration.eventLoops)).map { EventLoop(label: "http.\($0)") })
    }

    /// - Parameter loops: one at least; the first one listens.
    init(configuration: HTTPServerConfiguration, loops: [EventLoop]) {
        self.configuration = configuration
        self.loops = loops
        let rules = ConnectionRules(configuration.limits)
        self.rules = rules
        let groups = loops.map { loop in
            ConnectionGroup(loop: loop, configuration: configuration, rules: rules) { [weak self] in self?.connectionClosed($0) }
        }
        state.withLock { $0.groups = groups }
    }

    /// Opens an address and answers on it; may be called for several.
    ///
    /// A server that listens lives until `drain`, whoever else holds it.
    ///
    /// - Parameter credentials: for TLS, whose application protocols are those of `ApplicationProtocol`; nil for plain connections.
    /// - Returns: the address with the port that was bound.
    /// - Throws: `TransportError`, whose description is one line for the person who started the server.
    public func listen(at address: ListenAddress, credentials: TLSCredentials? = nil) throws(TransportError) -> BoundAddress {
        guard !isDraining else { throw .closed }
        DescriptorLimit.raise()
        let listener = try Listener(loop: loops[0], at: address)
        let isLate = state.withLock { state in
            if !state.isDraining { state.listeners.append(listener) }
            return state.isDraining
        }
        if isLate {
            // `drain` came meanwhile and does not know of this one.
            Task { await listener.close() }
            throw .closed
        }
        // The listener keeps the server until `drain` closes it.
        listener.start { socket in self.accept(socket, credentials) }
        return listener.address
    }

    /// Whether `drain` was called.
    public var isDraining: Bool {
        state.withLock { $0.isDraining }
    }

    /// Connections that are open now.
    var openConnections: Int {
        connections.load(ordering: .relaxed)
    }

    /// Bytes of request bodies that are held now; at most `Limits.bodyBytesInTotal`.
    var bodyBytesHeld: Int { rules.bodyBudget.used }

    /// Stops accepting, closes idle connections, and lets the others finish their request; answers say `Connection: close`.
    ///
    /// Returns when no connection is open. After `gracePeriod` those that are left are aborted.
    public func drain(gracePeriod: Duration) async {
        let (listeners, groups) = state.withLock { state in
            state.isDraining = true
            return (state.listeners, state.groups)
        }
        // A connection that a listener takes last must be counted before anyone looks whether there are any.
        for listener in listeners { await listener.close() }
        state.withLock { $0.listeners = [] }
        for group in groups { group.drain() }
        let deadline = Task {
            try await Task.sleep(for: gracePeriod)
            for group in groups { group.abort() }
        }
        await whenEmpty()
        deadline.cancel()
    }

    private func whenEmpty() async {
        await withCheckedContinuation { continuation in
            let isEmpty = state.withLock { state in
                if connections.load(ordering: .acquiring) == 0 { return true }
                state.onEmpty.append(continuation)
                return false
            }
            if isEmpty { continuation.resume() }
        }
    }

    private func accept(_ socket: AcceptedSocket, _ credentials: TLSCredentials?) -> Listener.Verdict {
        let limits = configuration.limits
        let group: ConnectionGroup? = state.withLock { state in
            if let peer = socket.peerNetwork {
                let count = state.peers[peer, default: 0]
                guard count < limits.connectionsPerPeer else { return nil }
                state.peers[peer] = count + 1
            }
            state.nextGroup = (state.nextGroup + 1) % state.groups.count
            return state.groups[state.nextGroup]
        }
        guard let group else {
            socket.refuse()
            return .proceed
        }
        let open = connections.wrappingAdd(1, ordering: .acquiringAndReleasing).newValue
        group.add(socket, credentials?.current)
        return open < limits.connections ? .proceed : .pause
    }

    private func connectionClosed(_ peer: String?) {
        let (open, limit) = (connections.wrappingSubtract(1, ordering: .acquiringAndReleasing).newValue, configuration.limits.connections)
        let listeners = state.withLock { state in
            if let peer, let count = state.peers[peer] { state.peers[peer] = count > 1 ? count - 1 : nil }
            return open == limit - 1 ? state.listeners : []
        }
        for listener in listeners { listener.resume() }
        guard open == 0 else { return }
        let waiting = state.withLock { state in
            defer { state.onEmpty = [] }
            return state.onEmpty
        }
        for continuation in waiting { continuation.resume() }
    }
}
