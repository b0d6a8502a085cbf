import HTTPCore
import HTTPTypes
import Transport

extension HTTP1StateMachine {
    mutating func received(_ bytes: Span<UInt8>, now: MonotonicTime) -> Action {
        switch phase {
        case .closed:
            return .wait
        case .closing, .lingering:
            lingered += bytes.count
            return lingered > limits.lingerBytes ? finish(.abort) : .wait
        case .handling, .streaming:
            append(bytes, from: 0)
            if !wantsToRead { watchLiveness(now) }
            return .wait
        case .reading:
            guard pendingStart == pending.count, output.count <= limits.outboundHighWaterMark else {
                append(bytes, from: 0)
                return advance(now)
            }
            var offset = 0
            let action = parse(bytes, &offset, now)
            append(bytes, from: offset)
            return action
        }
    }

    /// The client may still read: what it asked for is answered (RFC 9112 §9.6).
    mutating func peerEnded(now: MonotonicTime) -> Action {
        peerHasEnded = true
        switch phase {
        case .closed: return .wait
        case .lingering: return finish(.close)
        case .closing: return .wait
        case .handling, .streaming:
            watchLiveness(now)
            return .wait
        case .reading: return advance(now)
        }
    }

    mutating func peerLeft() -> Action {
        guard phase != .closed else { return .wait }
        return finish(.abort)
    }

    /// Goes on with the bytes that wait, unless the answers to earlier requests have not been read.
    mutating func advance(_ now: MonotonicTime) -> Action {
        guard phase == .reading else { return .wait }
        if pendingStart < pending.count {
            guard output.count <= limits.outboundHighWaterMark else { return .wait }
            var bytes: [UInt8] = []
            swap(&bytes, &pending)
            var offset = pendingStart
            let action = parse(bytes.span, &offset, now)
            pendingStart = offset
            if pendingStart == bytes.count {
                pendingStart = 0
                bytes.removeAll(keepingCapacity: bytes.capacity <= limits.pipelinedBytes)
            }
            pending = bytes
            if case .wait = action {} else { return action }
        }
        guard peerHasEnded, phase == .reading else { return .wait }
        // RFC 9112 §8: a message cut off by the end of the connection is incomplete, and nobody is sure to read an answer. The answers to
        // those before it are owed all the same, and a reset could destroy what the kernel has of them (§9.6).
        if !isIdle, requestCount == 0 { return finish(.abort) }
        return closeWhenSent(now)
    }

    private mutating func append(_ bytes: Span<UInt8>, from offset: Int) {
        guard offset < bytes.count else { return }
        if pendingStart == pending.count {
            pending.removeAll(keepingCapacity: true)
            pendingStart = 0
        }
        bytes.withUnsafeBufferPointer { pending.append(contentsOf: $0[offset...]) }
    }

    private mutating func parse(_ input: Span<UInt8>, _ offset: inout Int, _ now: MonotonicTime) -> Action {
        while true {
            switch parser.next(in: input, at: &offset) {
            case .needMore:
                do throws(HTTPError) { try body.takeRoom() } catch { return reject(error, head?.request) }
                noteProgress(now)
                return .wait
            case .head(let head):
                takeHead(head, bodyHasBegun: offset < input.count, now)
            case .body(let range):
                input.withUnsafeBufferPointer { body.append($0[range]) }
            case .end:
                return takeRequest()
            case .malformed(let error, let request):
                return reject(error, request ?? head?.request)
            }
        }
    }

    /// Sets the deadline for what is being read.
    private mutating func noteProgress(_ now: MonotonicTime) {
        if head != nil {
            readDeadline = rules.bodyDeadline(start: bodyStart, received: body.count)
        } else if !messageHasBegun, parser.isInsideMessage {
            messageHasBegun = true
            exchangeDeadline = now.nanoseconds + durations.exchange
            // The first request's time runs from the opening of the connection.
            if requestCount > 0 { readDeadline = now.nanoseconds + durations.headerRead }
        }
    }

    private mutating func takeHead(_ head: RequestHead, bodyHasBegun: Bool, _ now: MonotonicTime) {
        self.head = head
        bodyStart = now.nanoseconds
        if exchangeDeadline == Self.never { exchangeDeadline = now.nanoseconds + durations.exchange }
        if case .length(let length) = head.framing {
            body = RequestBody(rules.bodyBudget, expected: length)
        } else {
            body = RequestBody(rules.bodyBudget)
        }
        // RFC 9110 §10.1.1: not needed by a client that has begun to send the body.
        if head.expectsContinue, !bodyHasBegun { output.append(ResponseSerializer.appendContinue) }
    }

    private mutating func takeRequest() -> Action {
        guard let head else { return .wait }
        do throws(HTTPError) { try body.takeRoom() } catch { return reject(error, head.request) }
        phase = .handling
        requestCount += 1
        readDeadline = Self.never
        messageHasBegun = false
        let content = body
        body = RequestBody(rules.bodyBudget)
        return .handle(requestCount, head.request, content)
    }

    mutating func refuse(_ exchange: Int, _ error: HTTPError, _ request: HTTPRequest?) -> Action {
        reject(error, request)
    }

    /// RFC 9112 §11.2: after a message whose end is in doubt nothing on the connection can be trusted, so it closes after the answer.
    mutating func reject(_ error: HTTPError, _ request: HTTPRequest?) -> Action {
        phase = .handling
        // The rest of the connection's life is for the answer to arrive; what came before it need not be held so long.
        body = RequestBody(rules.bodyBudget)
        persists = false
        readDeadline = Self.never
        // Its version decides about Connection, its method about the body; without either the answer is HTTP/1.1's.
        head = RequestHead(
            request: request ?? HTTPRequest(method: .get, scheme: nil, authority: nil, path: nil), version: head?.version ?? .http11,
            framing: .none, keepAlive: false, expectsContinue: false)
        // A number of no request: the machine itself is answered, before anything else happens.
        return .reject(0, error, request)
    }
}
