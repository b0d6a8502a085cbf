import HTTPCore
import HTTPTypes
import Transport

/// One connection: carries out what its state machine says, on its event loop.
actor HTTPConnection {
    /// How often one event reads, at most: 128 KiB with a socket's buffer. The others on the loop get their turn then; what is left to read
    /// makes the next event at once, for readiness is level-triggered.
    private static let readsPerEvent = 4

    private nonisolated let loop: EventLoop
    nonisolated let configuration: HTTPServerConfiguration
    nonisolated let rules: ConnectionRules
    nonisolated let group: ConnectionGroup
    nonisolated let remoteAddress: String
    nonisolated let peerNetwork: String?

    private let stream: any ByteStream
    var machine: any ConnectionStateMachine
    /// Requests and answers under way, by their numbers.
    var exchanges: [Int: Exchange] = [:]
    private(set) var isOver = false

    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    init(
        stream: sending any ByteStream, remoteAddress: String, peerNetwork: String? = nil, loop: EventLoop, group: ConnectionGroup,
        configuration: HTTPServerConfiguration, rules: ConnectionRules
    ) {
        machine = OpeningStateMachine(rules, isSecure: stream.isSecure, now: .now)
        self.stream = stream
        self.remoteAddress = remoteAddress
        self.peerNetwork = peerNetwork
        self.loop = loop
        self.group = group
        self.configuration = configuration
        self.rules = rules
    }

    func start() {
        stream.start(
            onReadable: { self.assumeIsolated { $0.readable() } }, onWritable: { self.assumeIsolated { $0.writable() } })
        settle(.wait, .now)
    }

    /// Ends what is idle and keeps the rest from beginning anything new.
    func drain() {
        let now = MonotonicTime.now
        settle(machine.drain(now: now), now)
    }

    /// Ends the connection, whatever it is doing.
    func abort() {
        settle(machine.peerLeft(), .now)
    }

    /// Tells the machine of the time; the moment it next wants to be told, or nil.
    func checkDeadline(_ now: MonotonicTime) -> MonotonicTime? {
        if let deadline = machine.deadline, deadline <= now { settle(machine.deadlinePassed(now: now), now) }
        return machine.deadline
    }

    private func readable() {
        guard !isOver else { return }
        let now = MonotonicTime.now
        for _ in 0..<Self.readsPerEvent {
            guard !isOver, machine.wantsToRead else { return }
            var action = ConnectionAction.wait
            let outcome = stream.read { action = machine.received($0, now: now) }
            switch outcome {
            case .bytes(_, let filledBuffer):
                settle(action, now)
                if !filledBuffer { return }
            case .wouldBlock:
                return
            case .endOfStream:
                settle(machine.peerEnded(now: now), now)
            case .failed:
                if let failure = stream.failure { configuration.onFailure?(failure, remoteAddress) }
                settle(machine.peerLeft(), now)
            }
        }
    }

    private func writable() {
        guard !isOver else { return }
        stream.flush()
        settle(.wait, .now)
    }

    /// Carries out `first` and all that follows from it, sends what there is to send, and sets what to wait for.
    func settle(_ first: ConnectionAction, _ now: MonotonicTime) {
        var action = first
        while !isOver {
            switch action {
            case .wait, .stream:  // The handler's task runs a stream once `begin` has returned to it.
                // One attempt after all that could be answered: pipelined answers leave together.
                guard let next = machine.nextAction() ?? flush(now) ?? machine.nextAction() else {
                    wait()
                    return
                }
                action = next
            case .speak(let version, let bytes): action = speak(agreedVersion ?? version, bytes, now)
            case .handle(let id, let request, let body): action = handle(id, request, body, now)
            case .reject(let id, let error, let request): action = reject(id, error, request, now)
            case .cancel(let id):
                cancelExchange(id)
                action = .wait
            case .checkPeer: action = stream.isPeerReachable ? .wait : machine.peerLeft()
            case .shutdownWriting:
                stream.shutdownWriting()
                action = .wait
            case .close: end(reset: false, now)
            case .abort: end(reset: true, now)
            }
        }
    }

    private var agreedVersion: ApplicationProtocol? { stream.applicationProtocol.flatMap { ApplicationProtocol(rawValue: $0) } }

    private func speak(_ version: ApplicationProtocol, _ bytes: [UInt8], _ now: MonotonicTime) -> ConnectionAction {
        let scheme = stream.isSecure ? "https" : "http"
        switch version {
        case .http1: machine = HTTP1StateMachine(rules, scheme: scheme, now: now)
        case .http2: machine = HTTP2StateMachine(rules, now: now)
        }
        return machine.received(bytes.span, now: now)
    }

    /// Sends; nil when nothing more can be done.
    private func flush(_ now: MonotonicTime) -> ConnectionAction? {
        machine.prepareOutput(now: now)
        while machine.outputCount > 0 {
            let (outcome, offered) = machine.withOutput { (stream.write($0), $0.count) }
            guard case .wrote(let count) = outcome else { return machine.peerLeft() }
            let action = machine.wrote(count, now: now)
            resumeWriters()
            if case .wait = action {} else { return action }
            if count < offered { return nil }
            if machine.outputCount == 0 { machine.prepareOutput(now: now) }
        }
        return machine.endsWhenSent ? machine.wrote(0, now: now) : nil
    }

    private func wait() {
        stream.setInterest(reading: machine.wantsToRead, writing: machine.outputCount > 0)
        if let deadline = machine.deadline { group.wake(noLaterThan: deadline) }
    }

    private func end(reset: Bool, _ now: MonotonicTime) {
        isOver = true
        stream.close(reset: reset)
        for id in exchanges.keys { cancelExchange(id) }
        group.assumeIsolated { $0.remove(self) }
    }
}
