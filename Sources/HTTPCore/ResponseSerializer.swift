public import HTTPTypes

/// How the end of a response body is told to the client (RFC 9112 §6.3).
public enum ResponseFraming: Sendable, Equatable {
    /// No body and no length: 1xx, 204 and 304 (RFC 9110 §8.6).
    case none
    /// `Content-Length`, in bytes. For HEAD it is the length that GET would have.
    case length(Int)
    case chunked
    /// The end of the connection: HTTP/1.0 has no other way for a body of unknown length.
    case untilClose
}

/// What the `Connection` field of a response says (RFC 9112 §9.3, §9.6).
public enum ConnectionOption: Sendable, Equatable {
    /// Nothing: HTTP/1.1 persists by itself.
    case unspecified
    case close
    /// For a client of HTTP/1.0 that asked for it.
    case keepAlive
}

/// Writes responses of HTTP/1.1 as bytes (RFC 9112 §4, §7.1).
public enum ResponseSerializer {
    /// Appends status line and header section.
    ///
    /// `Content-Length`, `Transfer-Encoding`, `Connection` and what belongs to it among `fields` are left out: the framing and the connection
    /// are not the handler's to say. `Date` is written unless `fields` has one.
    ///
    /// - Parameter date: an IMF-fixdate of RFC 9110 §5.6.7, from the caller's clock.
    public static func appendHead(
        status: HTTPResponse.Status, fields: HTTPFields, framing: ResponseFraming, connection: ConnectionOption,
        date: [UInt8], to output: inout [UInt8]
    ) {
        appendStatusLine(status, to: &output)
        var hasDate = false
        for field in fields {
            let name = field.name
            if isConnectionSpecific(name) { continue }
            if name.canonicalName.utf8.count == 4, name == .date { hasDate = true }
            output.append(contentsOf: name.rawName.utf8)
            appendLiteral(": ", to: &output)
            field.withUnsafeBytesOfValue { output.append(contentsOf: $0) }
            appendLiteral("\r\n", to: &output)
        }
        if !hasDate {
            appendLiteral("Date: ", to: &output)
            output.append(contentsOf: date)
            appendLiteral("\r\n", to: &output)
        }
        switch framing {
        case .none, .untilClose: break
        case .length(let count):
            appendLiteral("Content-Length: ", to: &output)
            appendDecimal(count, to: &output)
            appendLiteral("\r\n", to: &output)
        case .chunked: appendLiteral("Transfer-Encoding: chunked\r\n", to: &output)
        }
        switch connection {
        case .unspecified: break
        case .close: appendLiteral("Connection: close\r\n", to: &output)
        case .keepAlive: appendLiteral("Connection: keep-alive\r\n", to: &output)
        }
        appendLiteral("\r\n", to: &output)
    }

    /// Appends what stands before the data of one chunk; `count` is its bytes, not zero, as that would end the body (RFC 9112 §7.1).
    public static func appendChunkHead(_ count: Int, to output: inout [UInt8]) {
        appendHexadecimal(count, to: &output)
        appendLiteral("\r\n", to: &output)
    }

    /// Appends what stands behind the data of one chunk.
    public static func appendChunkEnd(to output: inout [UInt8]) {
        appendLiteral("\r\n", to: &output)
    }

    /// Appends the last chunk and an empty trailer section.
    public static func appendLastChunk(to output: inout [UInt8]) {
        appendLiteral("0\r\n\r\n", to: &output)
    }

    /// Appends the interim response that asks for the body (RFC 9110 §15.2.1).
    public static func appendContinue(to output: inout [UInt8]) {
        appendLiteral("HTTP/1.1 100 Continue\r\n\r\n", to: &output)
    }

    /// Fields that speak about the connection or the framing, which the server alone knows (RFC 9110 §7.6.1, RFC 9113 §8.2.2).
    static func isConnectionSpecific(_ name: HTTPField.Name) -> Bool {
        switch name.canonicalName.utf8.count {
        case 7: return name == .upgrade
        case 10: return name == .connection || name.canonicalName == "keep-alive"
        case 14: return name == .contentLength
        case 16: return name.canonicalName == "proxy-connection"
        case 17: return name == .transferEncoding
        default: return false
        }
    }

    private static func appendStatusLine(_ status: HTTPResponse.Status, to output: inout [UInt8]) {
        if status.code == 200 {
            appendLiteral("HTTP/1.1 200 OK\r\n", to: &output)
            return
        }
        appendLiteral("HTTP/1.1 ", to: &output)
        output.append(UInt8(48 + status.code / 100 % 10))
        output.append(UInt8(48 + status.code / 10 % 10))
        output.append(UInt8(48 + status.code % 10))
        // RFC 9112 §4: the space stays where the phrase is empty.
        output.append(ByteClass.space)
        let phrase = status.reasonPhrase.isEmpty ? ReasonPhrase.standard(status.code) : status.reasonPhrase
        output.append(contentsOf: phrase.utf8)
        appendLiteral("\r\n", to: &output)
    }

    @inline(__always)
    private static func appendLiteral(_ literal: StaticString, to output: inout [UInt8]) {
        output.append(contentsOf: UnsafeBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount))
    }

    private static func appendDecimal(_ number: Int, to output: inout [UInt8]) {
        var divisor = 1
        while number / divisor >= 10 { divisor *= 10 }
        while divisor > 0 {
            output.append(UInt8(48 + number / divisor % 10))
            divisor /= 10
        }
    }

    private static func appendHexadecimal(_ number: Int, to output: inout [UInt8]) {
        var shift = (Int.bitWidth - number.leadingZeroBitCount + 3) / 4 * 4 - 4
        while shift >= 0 {
            let digit = UInt8(truncatingIfNeeded: number >> shift & 0xF)
            output.append(digit < 10 ? 48 + digit : 87 + digit)
            shift -= 4
        }
    }
}
