import HTTPCore
import HTTPTypes
import Transport

extension HTTP1StateMachine {
    mutating func respond(_ exchange: Int, _ response: ServerResponse, date: [UInt8], now: MonotonicTime) -> Action {
        guard phase == .handling, let head else { return .wait }
        let rule = ResponseContentRule(status: response.status, method: head.request.method)
        switch response.body {
        case _ where !rule.hasContent: framing = rule.hasLength ? .length(0) : .none
        case .bytes(let bytes): framing = .length(bytes.count)
        case .stream:
            if let stated = response.statedContentLength {
                framing = .length(stated)
            } else {
                // RFC 9112 §6.1: a transfer coding is for a client that has said HTTP/1.1; §6.3: for others the close is the end.
                framing = head.version == .http11 ? .chunked : .untilClose
            }
        }
        // RFC 9112 §9.3 and §9.6: who will not read on says close; HTTP/1.0 must be told that the connection stays.
        persists =
            persists && head.keepAlive && !isDraining && framing != .untilClose && requestCount < limits.requestsPerConnection
            && response.headerFields[.connection]?.lowercased() != "close"
        let option: ConnectionOption = !persists ? .close : head.version == .http10 ? .keepAlive : .unspecified
        let framing = framing
        output.append {
            ResponseSerializer.appendHead(
                status: response.status, fields: response.headerFields, framing: framing, connection: option, date: date, to: &$0)
        }
        responseBytes = 0
        switch response.body {
        case .bytes(let bytes):
            if rule.sendsContent {
                responseBytes = bytes.count
                output.append(body: bytes)
            }
            return finishResponse(now)
        case .stream:
            guard rule.sendsContent else { return finishResponse(now) }
            if case .length(let length) = framing { phase = .streaming(remaining: length) } else { phase = .streaming(remaining: nil) }
            return .stream
        }
    }

    mutating func bodyPart(_ exchange: Int, _ bytes: [UInt8]) -> Action {
        guard case .streaming(let remaining) = phase else { return .wait }
        if let remaining {
            // More than the stated length would be read as the next response.
            guard bytes.count <= remaining else { return finish(.abort) }
            phase = .streaming(remaining: remaining - bytes.count)
        }
        responseBytes += bytes.count
        if framing == .chunked {
            guard !bytes.isEmpty else { return .wait }
            output.append { ResponseSerializer.appendChunkHead(bytes.count, to: &$0) }
            output.append(body: bytes)
            output.append(ResponseSerializer.appendChunkEnd)
        } else {
            output.append(body: bytes)
        }
        return .wait
    }

    mutating func bodyEnded(_ exchange: Int, now: MonotonicTime) -> Action {
        guard case .streaming(let remaining) = phase else { return .wait }
        if let remaining, remaining > 0 { return finish(.abort) }
        if framing == .chunked { output.append(ResponseSerializer.appendLastChunk) }
        return finishResponse(now)
    }

    mutating func bodyFailed(_ exchange: Int) -> Action {
        guard case .streaming = phase else { return .wait }
        return finish(.abort)
    }

    func responseBytes(of exchange: Int) -> Int { responseBytes }

    func isFull(_ exchange: Int) -> Bool { output.count > limits.outboundHighWaterMark }

    func hasRoom(_ exchange: Int) -> Bool { output.count <= limits.outboundLowWaterMark }

    mutating func prepareOutput(now: MonotonicTime) {}

    mutating func wrote(_ count: Int, now: MonotonicTime) -> Action {
        output.drop(count)
        sendingDeadline.note(taken: count, isEmpty: output.isEmpty, rules, now: now)
        switch phase {
        case .closing where output.isEmpty:
            if peerHasEnded { return finish(.close) }
            phase = .lingering
            readDeadline = now.nanoseconds + durations.linger
            return .shutdownWriting
        case .reading where pendingStart < pending.count && output.count <= limits.outboundLowWaterMark:
            return advance(now)
        default:
            return .wait
        }
    }

    private mutating func finishResponse(_ now: MonotonicTime) -> Action {
        head = nil
        livenessDeadline = Self.never
        exchangeDeadline = Self.never
        peerWasProbed = false
        guard persists else { return closeWhenSent(now) }
        phase = .reading
        readDeadline = now.nanoseconds + durations.idle
        return advance(now)
    }

    /// RFC 9112 §9.6: the last answer is sent, then our half is shut, then the client's bytes are read to their end.
    mutating func closeWhenSent(_ now: MonotonicTime) -> Action {
        phase = .closing
        // No further request is begun, so what was sent ahead need not be kept, nor what has come of a request that was cut off.
        body = RequestBody(rules.bodyBudget)
        pending = []
        pendingStart = 0
        readDeadline = Self.never
        livenessDeadline = Self.never
        return .wait
    }
}
