import HTTPCore
import HTTPTypes
import Transport

extension ConnectionStateMachine {
    /// The response to the request of `.handle` or `.reject`.
    ///
    /// - Parameter date: an IMF-fixdate.
    mutating func respond(_ response: ServerResponse, date: [UInt8], now: MonotonicTime) -> Action {
        guard phase == .handling, let head else { return .wait }
        let status = response.status.code
        let hasNoBody = status < 200 || status == 204 || status == 304
        let stated = response.headerFields[.contentLength].flatMap { Int($0) }.flatMap { $0 >= 0 ? $0 : nil }
        switch response.body {
        case .bytes(let bytes): framing = hasNoBody ? .none : .length(bytes.count)
        case .stream:
            if hasNoBody {
                framing = .none
            } else if let stated {
                framing = .length(stated)
            } else {
                framing = head.version == .http11 ? .chunked : .untilClose
            }
        }
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
        let sendsBody = !hasNoBody && head.request.method != .head
        switch response.body {
        case .bytes(let bytes):
            if sendsBody {
                responseBytes = bytes.count
                output.append(body: bytes)
            }
            return finishResponse(now)
        case .stream:
            guard sendsBody else { return finishResponse(now) }
            if case .length(let length) = framing { phase = .streaming(remaining: length) } else { phase = .streaming(remaining: nil) }
            return .stream
        }
    }

    /// A piece of a streamed body.
    mutating func bodyPart(_ bytes: [UInt8]) -> Action {
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

    /// The streamed body is complete.
    mutating func bodyEnded(now: MonotonicTime) -> Action {
        guard case .streaming(let remaining) = phase else { return .wait }
        if let remaining, remaining > 0 { return finish(.abort) }
        if framing == .chunked { output.append(ResponseSerializer.appendLastChunk) }
        return finishResponse(now)
    }

    /// The streamed body cannot be completed. The client must not take what it has for the whole (RFC 9112 §8).
    mutating func bodyFailed() -> Action {
        guard case .streaming = phase else { return .wait }
        return finish(.abort)
    }

    /// The kernel took `count` bytes of `output`; to be told after each attempt to send, even if it took none.
    mutating func wrote(_ count: Int, now: MonotonicTime) -> Action {
        output.drop(count)
        noteTaken(count, now)
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

    /// Sets the deadline for what waits to be sent.
    private mutating func noteTaken(_ count: Int, _ now: MonotonicTime) {
        guard !output.isEmpty else {
            writeDeadline = Self.never
            return
        }
        if writeDeadline == Self.never {
            // What was taken at once was not waited for.
            blockedSince = now.nanoseconds
            takenWhileBlocked = 0
        } else {
            guard count > 0 else { return }
            takenWhileBlocked += count
        }
        let rate = max(1, limits.minimumWriteRate)
        let (whole, rest) = takenWhileBlocked.quotientAndRemainder(dividingBy: rate)
        let earned = Int64(whole) * 1_000_000_000 + Int64(rest) * 1_000_000_000 / Int64(rate)
        writeDeadline = min(now.nanoseconds, blockedSince + earned) + durations.write
    }

    private mutating func finishResponse(_ now: MonotonicTime) -> Action {
        head = nil
        livenessDeadline = Self.never
        peerWasProbed = false
        guard persists else { return closeWhenSent(now) }
        phase = .reading
        readDeadline = now.nanoseconds + durations.idle
        return advance(now)
    }

    /// RFC 9112 §9.6: the last answer is sent, then our half is shut, then the client's bytes are read to their end.
    mutating func closeWhenSent(_ now: MonotonicTime) -> Action {
        phase = .closing
        // No further request is begun, so what was sent ahead need not be kept.
        pending = []
        pendingStart = 0
        readDeadline = Self.never
        livenessDeadline = Self.never
        return .wait
    }
}
