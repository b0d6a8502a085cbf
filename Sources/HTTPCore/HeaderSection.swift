import HTTPTypes

/// The header section of a request while it arrives: every field, and what the ones that steer the message say.
struct HeaderSection: Sendable {
    private(set) var fields = HTTPFields()
    private(set) var host: String?
    private var contentLength: Int?
    private var transferEncoding = FieldList()
    private var expectation = Expectation()
    private var connectionOptions: ConnectionOptions = []

    private struct ConnectionOptions: OptionSet, Sendable {
        var rawValue: UInt8
        static let close = ConnectionOptions(rawValue: 1)
        static let keepAlive = ConnectionOptions(rawValue: 2)
    }

    /// Lines so far, `Host` included.
    private(set) var count = 0

    /// Takes one line without its CRLF.
    mutating func append(_ line: Span<UInt8>) throws(HTTPError) {
        let parsed = try FieldLine(parsing: line)
        count += 1
        guard let name = FieldNames.name(line, parsed.name) else {
            throw .malformedRequest("a header name is not a token of RFC 9110 §5.6.2")
        }
        switch parsed.name.count {
        case 4 where name == FieldNames.host:
            try setHost(line.extracting(parsed.value))
            return
        case 6 where name == .expect:
            expectation.append(line.extracting(parsed.value))
        case 10 where name == .connection:
            readConnection(line, parsed.value)
        case 14 where name == .contentLength:
            try setContentLength(line.extracting(parsed.value))
        case 17 where name == .transferEncoding:
            transferEncoding.append(line.extracting(parsed.value))
        default:
            break
        }
        let value = line.extracting(parsed.value)
        fields.append(value.withUnsafeBufferPointer { HTTPField(name: name, value: $0) })
    }

    /// RFC 9112 §3.2: more than one Host line, or one with an invalid value, must be answered with 400.
    private mutating func setHost(_ value: Span<UInt8>) throws(HTTPError) {
        guard host == nil else { throw .malformedRequest("the request has several Host headers; send exactly one") }
        guard HostRule.isValid(value) else {
            throw .malformedRequest("the Host header is not a host name or address with an optional port")
        }
        host = value.text
    }

    /// RFC 9110 §8.6, RFC 9112 §6.3: digits only, once. A list of equal lengths could be taken for one, but nobody honest sends it.
    private mutating func setContentLength(_ value: Span<UInt8>) throws(HTTPError) {
        guard contentLength == nil else {
            throw .malformedRequest("the request has several Content-Length headers; send exactly one")
        }
        guard value.count > 0 else { throw .malformedRequest("the Content-Length is empty; it must be a decimal number of bytes") }
        var length = 0
        for index in value.indices {
            guard ByteClass.isDigit(value[index]) else {
                throw .malformedRequest("the Content-Length is not one decimal number of bytes")
            }
            let (tens, overflowed) = length.multipliedReportingOverflow(by: 10)
            let (sum, overflowedAgain) = tens.addingReportingOverflow(Int(value[index] &- 0x30))
            // A number too large for the machine is too large for any limit.
            length = overflowed || overflowedAgain ? Int.max / 16 : sum
        }
        contentLength = length
    }

    /// RFC 9110 §7.6.1: a list of case-insensitive options. One that names a field asks a proxy to drop it, and means nothing here.
    private mutating func readConnection(_ line: Span<UInt8>, _ range: Range<Int>) {
        var rest = range
        while let option = line.nextElement(of: &rest) {
            if line.equalsIgnoringCase(option, "close") { connectionOptions.insert(.close) }
            if line.equalsIgnoringCase(option, "keep-alive") { connectionOptions.insert(.keepAlive) }
        }
    }

    /// Reads the whole section once its empty line has come.
    func head(_ line: RequestLine, scheme: String, limits: ParserLimits) throws(HTTPError) -> RequestHead {
        // RFC 9112 §3.2: a request of HTTP/1.1 without Host must be answered with 400.
        if line.version == .http11, host == nil {
            throw .malformedRequest("the Host header is missing; HTTP/1.1 needs exactly one")
        }
        let framing = try framing(line.version, limits: limits)
        return RequestHead(
            request: request(line, scheme: scheme), version: line.version, framing: framing, keepAlive: keepAlive(line.version),
            expectsContinue: try expectsContinue(line.version, framing: framing))
    }

    /// The request as far as it has come.
    func request(_ line: RequestLine, scheme: String) -> HTTPRequest {
        // RFC 9112 §3.2.2: the authority of an absolute-form target replaces Host.
        HTTPRequest(
            method: line.method, scheme: scheme, authority: line.authority ?? host, path: line.path, headerFields: fields)
    }

    /// RFC 9112 §6.3: the method has no say, and without either length there is no body.
    private func framing(_ version: HTTPVersion, limits: ParserLimits) throws(HTTPError) -> BodyFraming {
        if let transferEncoding = transferEncoding.bytes {
            // §6.1: both lengths are an attempt at smuggling or a broken sender; a 1.0 sender cannot have meant a transfer coding.
            guard contentLength == nil else {
                throw .malformedRequest("the request has both Content-Length and Transfer-Encoding; send one of them")
            }
            guard version == .http11 else {
                throw .malformedRequest("HTTP/1.0 has no Transfer-Encoding; send a Content-Length")
            }
            try TransferCodings.check(transferEncoding.span)
            return .chunked
        }
        guard let contentLength, contentLength > 0 else { return .none }
        guard contentLength <= limits.bodyBytes else { throw .bodyTooLarge(limit: limits.bodyBytes) }
        return .length(contentLength)
    }

    /// RFC 9112 §9.3: `close` wins; 1.1 persists; 1.0 persists if it asks to.
    private func keepAlive(_ version: HTTPVersion) -> Bool {
        if connectionOptions.contains(.close) { return false }
        return version == .http11 || connectionOptions.contains(.keepAlive)
    }

    /// RFC 9110 §10.1.1: from HTTP/1.0 it must be ignored, and without a body it means nothing.
    private func expectsContinue(_ version: HTTPVersion, framing: BodyFraming) throws(HTTPError) -> Bool {
        guard version == .http11 else { return false }
        return try expectation.asksForContinue() && framing != .none
    }
}
