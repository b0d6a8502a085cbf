public import HTTPTypes

/// An incremental parser of HTTP/1.1 requests (RFC 9112): bytes in, events out.
///
/// Hand `next` the bytes as they arrive and call it until it answers `.needMore`; how the bytes were cut makes no difference to the events.
/// Time is linear in the bytes. Lines that arrive whole and body bytes are read where they lie.
public struct RequestParser: Sendable {
    public enum Event: Sendable, Equatable {
        /// All input was taken; the message goes on with the next bytes.
        case needMore
        case head(RequestHead)
        /// Body bytes, without transfer coding: this range of the input.
        case body(Range<Int>)
        /// The message is complete; what follows in the input belongs to the next one.
        case end
        /// The connection cannot be read any further. The request is there as far as it was understood, if its line was.
        case malformed(HTTPError, HTTPRequest?)
    }

    private enum State: Sendable {
        case requestLine(emptyLines: Int)
        case fields(RequestLine)
        case fixedBody(remaining: Int)
        case chunkLine
        case chunkData(remaining: Int)
        case chunkEnd
        case trailers
        case ended
        case failed(HTTPError)
    }

    private let limits: ParserLimits
    private let scheme: String
    private var state = State.requestLine(emptyLines: 0)
    private var lines = LineReader()
    private var section = HeaderSection()
    private var sectionBytes = 0
    private var bodyBytes = 0
    private var chunkExtensionBytes = 0
    private var trailerCount = 0

    /// - Parameter scheme: what the connection is, `http` or `https`; it becomes the request's scheme.
    public init(limits: ParserLimits = ParserLimits(), scheme: String = "http") {
        self.limits = limits
        self.scheme = scheme
    }

    /// Whether a message has begun and is not complete. Empty lines before a request line begin none (RFC 9112 §2.2).
    public var isInsideMessage: Bool {
        switch state {
        case .requestLine: return lines.isInsideLine
        case .failed: return false
        default: return true
        }
    }

    /// The next event of `input` from `offset`, which moves behind what was read.
    public mutating func next(in input: Span<UInt8>, at offset: inout Int) -> Event {
        while true {
            do {
                if let event = try step(input, &offset) { return event }
            } catch {
                let request = currentRequest
                state = .failed(error)
                return .malformed(error, request)
            }
        }
    }

    /// One step; nil where it led to no event and another can follow.
    private mutating func step(_ input: Span<UInt8>, _ offset: inout Int) throws(HTTPError) -> Event? {
        switch state {
        case .ended:
            state = .requestLine(emptyLines: 0)
            return .end
        case .failed(let error):
            return .malformed(error, nil)
        case .fixedBody(let remaining):
            guard let range = takeData(input, &offset, remaining) else { return .needMore }
            state = range.count == remaining ? .ended : .fixedBody(remaining: remaining - range.count)
            return .body(range)
        case .chunkData(let remaining):
            guard let range = takeData(input, &offset, remaining) else { return .needMore }
            state = range.count == remaining ? .chunkEnd : .chunkData(remaining: remaining - range.count)
            return .body(range)
        case .requestLine, .fields, .chunkLine, .chunkEnd, .trailers:
            return try stepLine(input, &offset)
        }
    }

    private func takeData(_ input: Span<UInt8>, _ offset: inout Int, _ remaining: Int) -> Range<Int>? {
        let count = min(remaining, input.count - offset)
        guard count > 0 else { return nil }
        defer { offset += count }
        return offset..<(offset + count)
    }

    private mutating func stepLine(_ input: Span<UInt8>, _ offset: inout Int) throws(HTTPError) -> Event? {
        try checkFirstByte(input, offset)
        switch lines.next(in: input, at: &offset, limit: lineLimit) {
        case .needMore:
            return .needMore
        case .tooLong:
            throw lineTooLong
        case .inInput(let range):
            return try takeLine(input.extracting(range))
        case .buffered:
            let line = lines.take()
            defer { lines.giveBack(line) }
            return try takeLine(line.span)
        }
    }

    /// Bytes that cannot begin a request line are refused at once, rather than when a line end or a timeout comes.
    private func checkFirstByte(_ input: Span<UInt8>, _ offset: Int) throws(HTTPError) {
        guard case .requestLine = state, !lines.isInsideLine, offset < input.count else { return }
        let first = input[offset]
        if ByteClass.isTokenCharacter(first) || first == ByteClass.carriageReturn || first == ByteClass.lineFeed { return }
        // RFC 9112 §3: the line begins with a method, which is a token. RFC 8446 §5.1: 22 is the type of a handshake record.
        if first == 22 { throw .malformedRequest("this looks like TLS, and this port speaks plain HTTP; use http://") }
        throw .malformedRequest("the request line does not begin with a method; send for example GET /path HTTP/1.1")
    }

    /// RFC 9112 §3, RFC 9110 §5.4, RFC 9112 §7.1.1: what a client may send without end is bounded; after its data a chunk has CRLF alone.
    private var lineLimit: Int {
        switch state {
        case .requestLine: return limits.requestLineBytes
        case .chunkLine: return limits.chunkLineBytes
        case .chunkEnd: return 0
        default: return max(0, limits.headerBytes - sectionBytes - 2)
        }
    }

    private var lineTooLong: HTTPError {
        switch state {
        case .requestLine: return .uriTooLong(limit: limits.requestLineBytes)
        case .chunkLine: return .malformedRequest("a chunk-size line is longer than \(limits.chunkLineBytes) bytes")
        case .chunkEnd: return .malformedRequest("a chunk is not followed by CRLF; its size does not match its data")
        default: return .headerFieldsTooLarge("the header section is larger than the limit of \(limits.headerBytes) bytes")
        }
    }

    /// - Parameter whole: the line with its line end, which is LF.
    private mutating func takeLine(_ whole: Span<UInt8>) throws(HTTPError) -> Event? {
        // RFC 9112 §2.2 lets a recipient take a lone LF for a line end; two recipients that differ in it can be played against each other.
        guard whole.count > 1, whole[whole.count - 2] == ByteClass.carriageReturn else {
            throw .malformedRequest("a line ends in a bare LF; end each line with CRLF")
        }
        let line = whole.extracting(0..<(whole.count - 2))
        switch state {
        case .requestLine(let emptyLines):
            return try takeRequestLine(line, emptyLines: emptyLines)
        case .fields(let requestLine):
            sectionBytes += whole.count
            return try takeField(line, of: requestLine)
        case .chunkLine:
            return try takeChunkLine(line)
        case .chunkEnd:
            // §7.1: chunk-data is followed by CRLF and nothing else; the limit of the line is zero.
            state = .chunkLine
            return nil
        default:
            sectionBytes += whole.count
            return try takeTrailer(line)
        }
    }

    private mutating func takeRequestLine(_ line: Span<UInt8>, emptyLines: Int) throws(HTTPError) -> Event? {
        if line.isEmpty {
            // RFC 9112 §2.2: at least one empty line before the request line should be ignored.
            guard emptyLines < 2 else { throw .malformedRequest("more than two empty lines come before the request line") }
            state = .requestLine(emptyLines: emptyLines + 1)
            return nil
        }
        section = HeaderSection()
        sectionBytes = 0
        state = .fields(try RequestLine(parsing: line))
        return nil
    }

    private mutating func takeField(_ line: Span<UInt8>, of requestLine: RequestLine) throws(HTTPError) -> Event? {
        guard line.isEmpty else {
            // RFC 9110 §5.4: more fields than the server wants must be answered with a 4xx.
            guard section.count < limits.headerCount else {
                throw .headerFieldsTooLarge("the request has more than the limit of \(limits.headerCount) header lines")
            }
            try section.append(line)
            return nil
        }
        let head = try section.head(requestLine, scheme: scheme, limits: limits)
        // RFC 9112 §6.3: the header section alone says where the message ends.
        switch head.framing {
        case .none: state = .ended
        case .length(let length): state = .fixedBody(remaining: length)
        case .chunked:
            bodyBytes = 0
            chunkExtensionBytes = 0
            state = .chunkLine
        }
        return .head(head)
    }

    private mutating func takeChunkLine(_ line: Span<UInt8>) throws(HTTPError) -> Event? {
        let chunk = try ChunkLine(parsing: line)
        chunkExtensionBytes += chunk.extensionBytes
        // §7.1.1: extensions ought to be limited in total, as the fields are.
        guard chunkExtensionBytes <= limits.chunkExtensionBytes else {
            throw .malformedRequest("the chunk extensions are larger than the limit of \(limits.chunkExtensionBytes) bytes; send none")
        }
        guard chunk.size <= limits.bodyBytes - bodyBytes else { throw .bodyTooLarge(limit: limits.bodyBytes) }
        bodyBytes += chunk.size
        if chunk.size > 0 {
            state = .chunkData(remaining: chunk.size)
        } else {
            sectionBytes = 0
            trailerCount = 0
            state = .trailers
        }
        return nil
    }

    /// RFC 9112 §7.1.2: trailer fields are read to be well-formed and dropped; merging them into the header is what §6.5.1 of RFC 9110 warns of.
    private mutating func takeTrailer(_ line: Span<UInt8>) throws(HTTPError) -> Event? {
        guard !line.isEmpty else {
            state = .ended
            return nil
        }
        _ = try FieldLine(parsing: line)
        trailerCount += 1
        guard trailerCount <= limits.headerCount else {
            throw .headerFieldsTooLarge("the request has more than the limit of \(limits.headerCount) trailer lines")
        }
        return nil
    }

    private var currentRequest: HTTPRequest? {
        guard case .fields(let requestLine) = state else { return nil }
        return section.request(requestLine, scheme: scheme)
    }
}
