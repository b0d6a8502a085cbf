import HTTPCore
import HTTPTypes
import Transport

/// What an HTTP/2 connection does next. The exchange of a stream has the stream's identifier.
struct HTTP2StateMachine: ConnectionStateMachine {
    enum Phase: Equatable {
        case open
        /// A GOAWAY is the last that is sent.
        case closing
        /// Our half is shut; what comes is dropped.
        case lingering
        case closed
    }

    /// Frames are made while less than this waits to be sent, so that the streams take turns at what the connection can carry.
    static let outputBytes = 64 * 1024

    let rules: ConnectionRules
    let session: HTTP2Session
    var phase = Phase.open
    var output = OutboundBuffer()
    var streams: [Int32: HTTP2Stream] = [:]
    var actions: [ConnectionAction] = []
    private var actionsTaken = 0

    var requestCount = 0
    var endIsAnnounced = false
    var lingered = 0
    var resets: RateLimit
    var idleFrames: RateLimit
    var countedIdleFrames = 0

    // Moments in nanoseconds of the monotonic clock.
    var idleDeadline: Int64
    var headersDeadline = HTTP2StateMachine.never
    var lingerDeadline = HTTP2StateMachine.never
    var sendingDeadline = SendingDeadline()

    init(_ rules: ConnectionRules, now: MonotonicTime) {
        let limits = rules.limits
        self.rules = rules
        session = HTTP2Session(limits: limits.http2Limits)
        resets = RateLimit(burst: limits.streamResets, perSecond: limits.streamResetsPerSecond, now: now)
        idleFrames = RateLimit(burst: limits.idleFrames, perSecond: limits.idleFramesPerSecond, now: now)
        idleDeadline = now.nanoseconds + rules.durations.headerRead
    }

    /// Who does not read the frames that answer his own is not read either: they wait in the session, beside the output.
    var wantsToRead: Bool {
        phase != .closed && session.waitingFrames <= rules.limits.idleFrames
    }

    var deadline: MonotonicTime? {
        guard phase != .closed else { return nil }
        var earliest = min(idleDeadline, headersDeadline, lingerDeadline, sendingDeadline.time)
        for stream in streams.values { earliest = min(earliest, stream.readDeadline(rules), stream.abortDeadline) }
        return earliest == Self.never ? nil : MonotonicTime(nanoseconds: earliest)
    }

    var endsWhenSent: Bool { phase == .closing }

    var outputCount: Int { output.count }

    func withOutput<Result>(_ body: (Span<UInt8>) -> Result) -> Result { output.withFront(body) }

    mutating func nextAction() -> ConnectionAction? {
        while actionsTaken < actions.count {
            let action = actions[actionsTaken]
            actionsTaken += 1
            // A request that its client has taken back in the same breath is not begun.
            if case .handle(let id, _, _) = action, streams[Int32(id)] == nil { continue }
            return action
        }
        actions.removeAll(keepingCapacity: true)
        actionsTaken = 0
        return nil
    }

    mutating func finish(_ action: ConnectionAction) -> ConnectionAction {
        phase = .closed
        // Late handlers may hold the connection; what was read of bodies need not stay with it.
        for stream in streams.values { stream.body = RequestBody(rules.bodyBudget) }
        return action
    }
}

extension HTTP2StateMachine {
    /// Sets the deadlines of the connection as a whole.
    mutating func noteWaiting(_ now: MonotonicTime) {
        if !streams.isEmpty {
            idleDeadline = Self.never
        } else if idleDeadline == Self.never {
            // A client that was told of the end and does not answer is not waited for long.
            idleDeadline = now.nanoseconds + (endIsAnnounced ? rules.durations.linger : rules.durations.idle)
        }
        if !session.isInsideHeaders {
            headersDeadline = Self.never
        } else if headersDeadline == Self.never {
            headersDeadline = now.nanoseconds + rules.durations.headerRead
        }
    }

    mutating func deadlinePassed(now: MonotonicTime) -> ConnectionAction {
        let time = now.nanoseconds
        if time >= sendingDeadline.time { return finish(.abort) }
        if time >= lingerDeadline { return finish(.close) }
        guard phase == .open else { return .wait }
        if time >= headersDeadline {
            headersDeadline = Self.never
            session.end(.excessiveLoad)
        }
        if time >= idleDeadline {
            idleDeadline = Self.never
            session.end(.none)
        }
        for (id, stream) in streams {
            if time >= stream.abortDeadline {
                if stream.phase != .answered { actions.append(.cancel(Int(id))) }
                // The stream is left to the session, which forgets it once its RST_STREAM is sent: the deadline has done its work.
                stream.phase = .answered
                session.reset(id, .cancelled)
            } else if time >= stream.readDeadline(rules) {
                reject(id, stream, .requestTimeout("the request body did not arrive in time"))
            }
        }
        return .wait
    }

    mutating func drain(now: MonotonicTime) -> ConnectionAction {
        if streams.isEmpty { session.end(.none) } else { announceEnd() }
        return .wait
    }

    mutating func announceEnd() {
        guard !endIsAnnounced else { return }
        endIsAnnounced = true
        session.announceEnd()
    }
}
