import HTTPCore
import HTTPTypes
import Transport

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
                stream.responseBytes = bytes.count
            }
            stream.phase = .answered
            return .wait
        case .stream:
            let stated = response.statedContentLength
            begin(contentLength: stated, hasBody: rule.sendsContent)
            stream.phase = rule.sendsContent ? .streaming(remaining: stated) : .answered
            return rule.sendsContent ? .stream : .wait
        }
    }

    mutating func bodyPart(_ exchange: Int, _ bytes: [UInt8]) -> ConnectionAction {
        let id = Int32(exchange)
        guard let stream = streams[id], case .streaming(let remaining) = stream.phase else { return .wait }
        if let remaining {
            // More than the stated length would make the response malformed (RFC 9113 §8.1.1).
            guard bytes.count <= remaining else { return giveUp(id) }
            stream.phase = .streaming(remaining: remaining - bytes.count)
        }
        stream.responseBytes += bytes.count
        session.append(bytes, to: id)
        return .wait
    }

    mutating func bodyEnded(_ exchange: Int, now: MonotonicTime) -> ConnectionAction {
        let id = Int32(exchange)
        guard let stream = streams[id], case .streaming(let remaining) = stream.phase else { return .wait }
        if let remaining, remaining > 0 { return giveUp(id) }
        session.endBody(of: id)
        stream.phase = .answered
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
        for (id, stream) in streams {
            stream.noteSent(session.sentBytes(of: id), isEmpty: session.unsentBytes(of: id) == 0, rules, now: now)
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
