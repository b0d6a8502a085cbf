import HTTPCore
import HTTPTypes
import Transport

/// What one HTTP/1.1 connection does next: a pure value, told of events and the time, that answers with an action.
///
/// One request at a time is handled; what a client sends ahead waits in a bounded buffer, and answers come in order (RFC 9112 §9.3.2).
/// Bytes for the client gather in `output`. After every event the owner carries out the action it got, sends what is in `output`
/// and reports it with `wrote`, and watches for what `wantsToRead` and `deadline` say.
struct ConnectionStateMachine: Sendable {
    enum Action: Sendable {
        /// Nothing until the next event.
        case wait
        /// Start the handler; then tell `respond`.
        case handle(RequestHead, body: [UInt8])
        /// Answer with an error; tell `respond`. Nothing more will be read as a request.
        case reject(HTTPError, HTTPRequest?)
        /// Run the stream of the response that was just begun.
        case stream
        /// Ask whether the peer still lives; if not, tell `peerLeft`.
        case checkPeer
        /// End our half of the connection and read on.
        case shutdownWriting
        /// The connection is over.
        case close
        /// The connection is over under an unfinished request or response: cancel the handler and reset the connection.
        case abort
    }

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

    static let never = Int64.max

    let limits: Limits
    var parser: RequestParser
    var phase = Phase.reading
    var output = OutboundBuffer()

    // The request that is read or answered.
    var head: RequestHead?
    var body: [UInt8] = []
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
    var writeDeadline = ConnectionStateMachine.never
    // Since when bytes wait for the client, and how many it took since.
    var blockedSince: Int64 = 0
    var takenWhileBlocked = 0
    var livenessDeadline = ConnectionStateMachine.never
    var messageHasBegun = false

    let durations: Durations

    /// The limits' durations in nanoseconds, converted once.
    struct Durations: Sendable {
        var headerRead, bodyRead, idle, write, linger, liveness: Int64

        init(_ limits: Limits) {
            headerRead = limits.headerReadTimeout.wholeNanoseconds
            bodyRead = limits.bodyReadTimeout.wholeNanoseconds
            idle = limits.idleTimeout.wholeNanoseconds
            write = limits.writeTimeout.wholeNanoseconds
            linger = limits.lingerTimeout.wholeNanoseconds
            liveness = limits.livenessInterval.wholeNanoseconds
        }
    }

    init(limits: Limits, durations: Durations? = nil, now: MonotonicTime) {
        self.limits = limits
        self.durations = durations ?? Durations(limits)
        parser = RequestParser(limits: limits.parserLimits)
        readDeadline = now.nanoseconds + self.durations.headerRead
    }

    /// Whether bytes from the client are wanted now; otherwise the kernel's window holds the client back.
    var wantsToRead: Bool {
        guard !peerHasEnded else { return false }
        switch phase {
        case .reading, .handling, .streaming: return pending.count - pendingStart < limits.pipelinedBytes
        case .closing, .lingering: return true
        case .closed: return false
        }
    }

    /// When `deadlinePassed` is to be told; nil while nothing is waited for.
    var deadline: MonotonicTime? {
        let earliest = min(readDeadline, writeDeadline, livenessDeadline)
        return earliest == Self.never || phase == .closed ? nil : MonotonicTime(nanoseconds: earliest)
    }

    /// Whether no request is under way, so that the connection can be closed without loss.
    var isIdle: Bool {
        phase == .reading && head == nil && !parser.isInsideMessage && pendingStart == pending.count
    }
}

extension ConnectionStateMachine {
    /// To be told when `deadline` is reached; it may be told too early.
    mutating func deadlinePassed(now: MonotonicTime) -> Action {
        let time = now.nanoseconds
        if time >= writeDeadline { return finish(.abort) }
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

    /// No further request is begun; an idle connection ends at once, another one after its response.
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
        return action
    }
}
