import HTTPCore
import HTTPTypes
import Transport

extension ConnectionStateMachine {
    /// Bytes came from the client.
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

    /// The client has ended its half. It may still read: what it asked for is answered (RFC 9112 §9.6).
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

    /// The connection broke.
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
        // RFC 9112 §8: a message cut off by the end of the connection is incomplete, and nobody is sure to read an answer.
        if !isIdle { return finish(.abort) }
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
                noteProgress(now)
                return .wait
            case .head(let head):
                takeHead(head, bodyHasBegun: offset < input.count, now)
            case .body(let range):
                input.withUnsafeBufferPointer { body.append(contentsOf: $0[range]) }
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
            let earned = Int64(body.count) * 1_000_000_000 / Int64(max(1, limits.minimumBodyRate))
            readDeadline = bodyStart + durations.bodyRead + earned
        } else if !messageHasBegun, parser.isInsideMessage {
            messageHasBegun = true
            // The first request's time runs from the opening of the connection.
            if requestCount > 0 { readDeadline = now.nanoseconds + durations.headerRead }
        }
    }

    private mutating func takeHead(_ head: RequestHead, bodyHasBegun: Bool, _ now: MonotonicTime) {
        self.head = head
        bodyStart = now.nanoseconds
        body = []
        if case .length(let length) = head.framing {
            // Not all of it: the client has only promised it so far.
            body.reserveCapacity(min(length, 64 * 1024))
        }
        // RFC 9110 §10.1.1: not needed by a client that has begun to send the body.
        if head.expectsContinue, !bodyHasBegun { output.append(ResponseSerializer.appendContinue) }
    }

    private mutating func takeRequest() -> Action {
        guard let head else { return .wait }
        phase = .handling
        requestCount += 1
        readDeadline = Self.never
        messageHasBegun = false
        var content: [UInt8] = []
        swap(&content, &body)
        return .handle(head, body: content)
    }

    /// The request whose body is being read is not wanted for the room it takes.
    mutating func refuseBody(_ error: HTTPError) -> Action {
        guard phase == .reading, let head else { return .wait }
        return reject(error, head.request)
    }

    mutating func reject(_ error: HTTPError, _ request: HTTPRequest?) -> Action {
        phase = .handling
        // The rest of the connection's life is for the answer to arrive; what came before it need not be held so long.
        body = []
        persists = false
        readDeadline = Self.never
        // Its version decides about Connection, its method about the body; without either the answer is HTTP/1.1's.
        head = RequestHead(
            request: request ?? HTTPRequest(method: .get, scheme: nil, authority: nil, path: nil), version: head?.version ?? .http11,
            framing: .none, keepAlive: false, expectsContinue: false)
        return .reject(error, request)
    }
}
