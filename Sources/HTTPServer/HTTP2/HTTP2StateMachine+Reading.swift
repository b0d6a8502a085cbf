import HTTPCore
import HTTPTypes
import Transport

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

    mutating func takeEvents(_ now: MonotonicTime) {
        for event in session.takeEvents() {
            switch event {
            case .head(let head, let stream): begin(head, stream, now)
            case .malformed(let error, let request, let stream):
                let refused = HTTP2Stream(request, expected: 0, rules, now: now)
                streams[stream] = refused
                reject(stream, refused, error)
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

    private mutating func take(_ bytes: [UInt8], _ id: Int32) {
        guard let stream = streams[id], stream.phase == .reading else { return }
        stream.body.append(bytes)
        do throws(HTTPError) {
            guard stream.body.count <= rules.limits.bodyBytes else { throw .bodyTooLarge(limit: rules.limits.bodyBytes) }
            try stream.body.takeRoom()
        } catch {
            reject(id, stream, error)
        }
    }

    private mutating func takeRequest(_ id: Int32) {
        guard let stream = streams[id], stream.phase == .reading else { return }
        let body = stream.body
        stream.body = RequestBody(rules.bodyBudget)
        stream.phase = .handling
        actions.append(.handle(Int(id), stream.request, body))
    }

    mutating func reject(_ id: Int32, _ stream: HTTP2Stream, _ error: HTTPError) {
        stream.phase = .handling
        stream.body = RequestBody(rules.bodyBudget)
        actions.append(.reject(Int(id), error, stream.request))
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
