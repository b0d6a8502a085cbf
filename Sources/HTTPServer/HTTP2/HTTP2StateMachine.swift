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
    private static let outputBytes = 64 * 1024

    let rules: ConnectionRules
    let session: HTTP2Session
    var phase = Phase.open
    var output = OutboundBuffer()
    var streams: [Int32: HTTP2Stream] = [:]
    private var actions: [ConnectionAction] = []
    private var actionsTaken = 0

    private var requestCount = 0
    private var endIsAnnounced = false
    private var lingered = 0
    private var resets: RateLimit
    private var idleFrames: RateLimit
    private var countedIdleFrames = 0

    // Moments in nanoseconds of the monotonic clock.
    private var idleDeadline: Int64
    private var headersDeadline = HTTP2StateMachine.never
    private var lingerDeadline = HTTP2StateMachine.never
    private var sendingDeadline = SendingDeadline()

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

    private mutating func finish(_ action: ConnectionAction) -> ConnectionAction {
        phase = .closed
        // Late handlers may hold the connection; what was read of bodies need not stay with it.
        for id in streams.keys { streams[id]?.body = RequestBody(rules.bodyBudget) }
        return action
    }
}

// MARK: - Reading

extension HTTP2StateMachine {
    mutating func received(_ bytes: Span<UInt8>, now: MonotonicTime) -> ConnectionAction {
        switch phase {
        case .closed: return .wait
        case .closing, .lingering:
            lingered += bytes.count
            return lingered > rules.limits.lingerBytes ? finish(.abort) : .wait
        case .open:
            session.receive(bytes)
            takeEvents(now)
            let newIdleFrames = session.idleFrames - countedIdleFrames
            countedIdleFrames = session.idleFrames
            if !idleFrames.take(newIdleFrames, now: now) { session.end(.excessiveLoad) }
            noteWaiting(now)
            return .wait
        }
    }

    private mutating func takeEvents(_ now: MonotonicTime) {
        for event in session.takeEvents() {
            switch event {
            case .head(let head, let stream): begin(head, stream, now)
            case .malformed(let error, let request, let stream):
                streams[stream] = HTTP2Stream(request ?? HTTPRequest(method: .get, scheme: nil, authority: nil, path: nil), expected: 0, rules, now: now)
                reject(stream, error, request)
                countRequest()
            case .data(let bytes, let stream): take(bytes, stream)
            case .end(let stream): takeRequest(stream)
            case .closed(let stream):
                guard let closed = streams.removeValue(forKey: stream), closed.phase != .answered else { continue }
                actions.append(.cancel(Int(stream)))
                if !resets.take(1, now: now) { session.end(.excessiveLoad) }
            case .pingAcknowledged:
                if endIsAnnounced { session.refuseNewStreams() }
            }
        }
    }

    private mutating func begin(_ head: HTTP2RequestHead, _ stream: Int32, _ now: MonotonicTime) {
        streams[stream] = HTTP2Stream(head.request, expected: head.contentLength ?? 0, rules, now: now)
        if head.expectsContinue { session.submitContinue(stream) }
        countRequest()
    }

    private mutating func countRequest() {
        requestCount += 1
        if requestCount >= rules.limits.requestsPerConnection { announceEnd() }
    }

    private mutating func take(_ bytes: [UInt8], _ stream: Int32) {
        guard streams[stream]?.phase == .reading else { return }
        streams[stream]?.body.append(bytes)
        do throws(HTTPError) {
            if let count = streams[stream]?.body.count, count > rules.limits.bodyBytes { throw .bodyTooLarge(limit: rules.limits.bodyBytes) }
            try streams[stream]?.body.takeRoom()
        } catch {
            reject(stream, error, streams[stream]?.request)
        }
    }

    private mutating func takeRequest(_ id: Int32) {
        guard let stream = streams[id], stream.phase == .reading else { return }
        let body = stream.body
        stream.body = RequestBody(rules.bodyBudget)
        stream.phase = .handling
        actions.append(.handle(Int(id), stream.request, body))
    }

    private mutating func reject(_ stream: Int32, _ error: HTTPError, _ request: HTTPRequest?) {
        streams[stream]?.phase = .handling
        streams[stream]?.body = RequestBody(rules.bodyBudget)
        actions.append(.reject(Int(stream), error, request))
    }

    mutating func refuse(_ exchange: Int, _ error: HTTPError, _ request: HTTPRequest?) -> ConnectionAction {
        .reject(exchange, error, request)
    }

    /// A client of HTTP/2 that ends its half has left: it would have to answer our frames.
    mutating func peerEnded(now: MonotonicTime) -> ConnectionAction {
        finish(streams.isEmpty ? .close : .abort)
    }

    mutating func peerLeft() -> ConnectionAction {
        phase == .closed ? .wait : finish(.abort)
    }
}

// MARK: - Time

extension HTTP2StateMachine {
    /// Sets the deadlines of the connection as a whole.
    private mutating func noteWaiting(_ now: MonotonicTime) {
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
                streams[id]?.phase = .answered
                session.reset(id, .cancelled)
            } else if time >= stream.readDeadline(rules) {
                reject(id, .requestTimeout("the request body did not arrive in time"), stream.request)
            }
        }
        return .wait
    }

    mutating func drain(now: MonotonicTime) -> ConnectionAction {
        if streams.isEmpty { session.end(.none) } else { announceEnd() }
        return .wait
    }

    private mutating func announceEnd() {
        guard !endIsAnnounced else { return }
        endIsAnnounced = true
        session.announceEnd()
    }
}

// MARK: - Writing

extension HTTP2StateMachine {
    mutating func respond(_ exchange: Int, _ response: ServerResponse, date: [UInt8], now: MonotonicTime) -> ConnectionAction {
        let id = Int32(exchange)
        guard let stream = streams[id], stream.phase == .handling else { return .wait }
        let rule = ResponseContentRule(status: response.status, method: stream.request.method)
        func begin(contentLength: Int?, hasBody: Bool) {
            session.respond(
                id, status: response.status, fields: response.headerFields, date: date,
                contentLength: rule.hasContent ? contentLength : rule.hasLength ? 0 : nil, hasBody: hasBody)
        }
        switch response.body {
        case .bytes(let bytes):
            let hasBody = rule.sendsContent && !bytes.isEmpty
            begin(contentLength: bytes.count, hasBody: hasBody)
            if hasBody {
                session.append(bytes, to: id)
                session.endBody(of: id)
                streams[id]?.responseBytes = bytes.count
            }
            streams[id]?.phase = .answered
            return .wait
        case .stream:
            let stated = response.statedContentLength
            begin(contentLength: stated, hasBody: rule.sendsContent)
            streams[id]?.phase = rule.sendsContent ? .streaming(remaining: stated) : .answered
            return rule.sendsContent ? .stream : .wait
        }
    }

    mutating func bodyPart(_ exchange: Int, _ bytes: [UInt8]) -> ConnectionAction {
        let id = Int32(exchange)
        guard case .streaming(let remaining) = streams[id]?.phase else { return .wait }
        if let remaining {
            // More than the stated length would make the response malformed (RFC 9113 §8.1.1).
            guard bytes.count <= remaining else { return giveUp(id) }
            streams[id]?.phase = .streaming(remaining: remaining - bytes.count)
        }
        streams[id]?.responseBytes += bytes.count
        session.append(bytes, to: id)
        return .wait
    }

    mutating func bodyEnded(_ exchange: Int, now: MonotonicTime) -> ConnectionAction {
        let id = Int32(exchange)
        guard case .streaming(let remaining) = streams[id]?.phase else { return .wait }
        if let remaining, remaining > 0 { return giveUp(id) }
        session.endBody(of: id)
        streams[id]?.phase = .answered
        return .wait
    }

    mutating func bodyFailed(_ exchange: Int) -> ConnectionAction {
        giveUp(Int32(exchange))
    }

    private mutating func giveUp(_ stream: Int32) -> ConnectionAction {
        streams[stream]?.phase = .answered
        session.reset(stream, .internal)
        return .cancel(Int(stream))
    }

    func responseBytes(of exchange: Int) -> Int { streams[Int32(exchange)]?.responseBytes ?? 0 }

    // A stream has a quarter of what a connection of HTTP/1.1 may hold: many of them share one connection.
    func isFull(_ exchange: Int) -> Bool { session.unsentBytes(of: Int32(exchange)) > rules.limits.outboundHighWaterMark / 4 }

    func hasRoom(_ exchange: Int) -> Bool { session.unsentBytes(of: Int32(exchange)) <= rules.limits.outboundLowWaterMark / 4 }

    mutating func prepareOutput(now: MonotonicTime) {
        guard phase == .open else { return }
        session.send(to: &output, limit: Self.outputBytes)
        takeEvents(now)
        for id in streams.keys {
            streams[id]?.noteSent(session.sentBytes(of: id), isEmpty: session.unsentBytes(of: id) == 0, rules, now: now)
        }
        noteWaiting(now)
        guard session.isOver else { return }
        phase = .closing
        for (id, stream) in streams where stream.phase != .answered { actions.append(.cancel(Int(id))) }
        streams = [:]
        (idleDeadline, headersDeadline) = (Self.never, Self.never)
    }

    mutating func wrote(_ count: Int, now: MonotonicTime) -> ConnectionAction {
        output.drop(count)
        sendingDeadline.note(taken: count, isEmpty: output.isEmpty, rules, now: now)
        guard phase == .closing, output.isEmpty else { return .wait }
        phase = .lingering
        lingerDeadline = now.nanoseconds + rules.durations.linger
        return .shutdownWriting
    }
}
