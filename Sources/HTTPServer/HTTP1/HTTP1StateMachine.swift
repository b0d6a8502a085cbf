import HTTPCore
import HTTPTypes
import Transport

/// What an HTTP/1.1 connection does next: a pure value.
///
/// One request at a time is handled; what a client sends ahead waits in a bounded buffer, and answers come in order (RFC 9112 §9.3.2).
struct HTTP1StateMachine: ConnectionStateMachine, Sendable {
    typealias Action = ConnectionAction

    enum Phase: Sendable, Equatable {
        /// Between requests, or inside one.
        case reading
        /// The request is complete, its response has not begun.
        case handling
        /// The head of a streamed response was written.
        case streaming(remaining: Int?)
        /// The last answer is on its way.
        case closing
        /// Our half is shut; what comes is dropped.
        case lingering
        case closed
    }

    let rules: ConnectionRules
    var parser: RequestParser
    var phase = Phase.reading
    var output = OutboundBuffer()

    // The request that is read or answered.
    var head: RequestHead?
    var body: RequestBody
    var framing = ResponseFraming.none
    var persists = true
    var responseBytes = 0

    // Bytes read and not yet parsed, from `pendingStart` on.
    var pending: [UInt8] = []
    var pendingStart = 0

    var requestCount = 0
    var isDraining = false
    var peerHasEnded = false
    var peerWasProbed = false
    var lingered = 0

    // Moments in nanoseconds of the monotonic clock.
    var readDeadline: Int64
    var bodyStart: Int64 = 0
    var sendingDeadline = SendingDeadline()
    var exchangeDeadline = HTTP1StateMachine.never
    var livenessDeadline = HTTP1StateMachine.never
    var messageHasBegun = false

    var limits: Limits { rules.limits }
    var durations: ConnectionRules.Durations { rules.durations }

    /// - Parameter scheme: what the connection is, `http` or `https`.
    init(_ rules: ConnectionRules, scheme: String = "http", now: MonotonicTime) {
        self.rules = rules
        parser = RequestParser(limits: rules.limits.parserLimits, scheme: scheme)
        body = RequestBody(rules.bodyBudget)
        readDeadline = now.nanoseconds + rules.durations.headerRead
    }

    var wantsToRead: Bool {
        guard !peerHasEnded else { return false }
        switch phase {
        case .reading, .handling, .streaming: return pending.count - pendingStart < limits.pipelinedBytes
        case .closing, .lingering: return true
        case .closed: return false
        }
    }

    var deadline: MonotonicTime? {
        let earliest = min(readDeadline, sendingDeadline.time, livenessDeadline, exchangeDeadline)
        return earliest == Self.never || phase == .closed ? nil : MonotonicTime(nanoseconds: earliest)
    }

    var endsWhenSent: Bool { phase == .closing }

    var outputCount: Int { output.count }

    func withOutput<Result>(_ body: (Span<UInt8>) -> Result) -> Result { output.withFront(body) }

    mutating func nextAction() -> Action? { nil }

    /// Whether no request is under way, so that the connection can be closed without loss.
    var isIdle: Bool {
        phase == .reading && head == nil && !parser.isInsideMessage && pendingStart == pending.count
    }
}

extension HTTP1StateMachine {
    mutating func deadlinePassed(now: MonotonicTime) -> Action {
        let time = now.nanoseconds
        if time >= sendingDeadline.time || time >= exchangeDeadline { return finish(.abort) }
        if time >= livenessDeadline {
            livenessDeadline = time + durations.liveness
            probe()
            return .checkPeer
        }
        guard time >= readDeadline else { return .wait }
        switch phase {
        case .lingering: return finish(.close)
        case .reading:
            if head != nil { return reject(.requestTimeout("the request body did not arrive in time"), head?.request) }
            if parser.isInsideMessage {
                return reject(
                    .requestTimeout("the header section did not arrive within \(limits.headerReadTimeout)"), nil)
            }
            return endIdle(now)
        default: return .wait
        }
    }

    /// An idle connection ends at once, another one after its response.
    mutating func drain(now: MonotonicTime) -> Action {
        isDraining = true
        return isIdle ? endIdle(now) : .wait
    }

    /// Nobody waits for anything here, so there is nothing to linger for; only what was answered before must still go out.
    private mutating func endIdle(_ now: MonotonicTime) -> Action {
        output.isEmpty ? finish(.close) : closeWhenSent(now)
    }

    mutating func watchLiveness(_ now: MonotonicTime) {
        if livenessDeadline == Self.never { livenessDeadline = now.nanoseconds + durations.liveness }
    }

    /// A client that ended its half may wait for its answer or be gone, and TCP tells only when something is sent. An interim response
    /// may always be sent and is skipped by who reads it (RFC 9110 §15.2); a client that is gone answers it with a reset.
    private mutating func probe() {
        guard phase == .handling, peerHasEnded, !peerWasProbed, head?.version == .http11 else { return }
        peerWasProbed = true
        output.append(ResponseSerializer.appendContinue)
    }

    mutating func finish(_ action: Action) -> Action {
        phase = .closed
        // Late handlers may hold the connection; what was read of a body need not stay with it.
        body = RequestBody(rules.bodyBudget)
        return action
    }
}
