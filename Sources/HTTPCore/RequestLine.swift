import HTTPTypes

/// `method SP request-target SP HTTP-version` (RFC 9112 §3).
struct RequestLine: Sendable, Equatable {
    var method: HTTPRequest.Method
    /// Origin form, with the query; `*` for a request about the server as a whole.
    var path: String
    /// The authority of an absolute-form target.
    var authority: String?
    var version: HTTPVersion

    /// - Parameter line: the line without its CRLF.
    init(parsing line: Span<UInt8>) throws(HTTPError) {
        // §3: the components are separated by a single SP; being lenient about other whitespace invites smuggling.
        var methodEnd = 0
        while methodEnd < line.count, ByteClass.isTokenCharacter(line[methodEnd]) { methodEnd += 1 }
        guard methodEnd > 0, methodEnd < line.count, line[methodEnd] == ByteClass.space else {
            throw .malformedRequest("the request line does not begin with a method and one space; send for example GET /path HTTP/1.1")
        }
        let targetStart = methodEnd + 1
        var targetEnd = targetStart
        while targetEnd < line.count, line[targetEnd] != ByteClass.space { targetEnd += 1 }
        guard targetEnd > targetStart, targetEnd < line.count else {
            throw .malformedRequest("the request line has no target or no version; send for example GET /path HTTP/1.1")
        }
        version = try Self.version(line, (targetEnd + 1)..<line.count)
        method = try Self.method(line, 0..<methodEnd)
        (path, authority) = try Self.target(line, targetStart..<targetEnd, method: method)
    }

    /// RFC 9112 §2.3: `HTTP/` and two digits, case-sensitive.
    private static func version(_ line: Span<UInt8>, _ range: Range<Int>) throws(HTTPError) -> HTTPVersion {
        let start = range.lowerBound
        guard range.count == 8, line[start] == 0x48, line[start + 1] == 0x54, line[start + 2] == 0x54, line[start + 3] == 0x50,
            line[start + 4] == ByteClass.slash, ByteClass.isDigit(line[start + 5]), line[start + 6] == 0x2E,
            ByteClass.isDigit(line[start + 7])
        else {
            throw .malformedRequest("the request line does not end in an HTTP version; it must be HTTP/1.1 or HTTP/1.0 after one space")
        }
        // RFC 9110 §2.5: a minor version above ours is to be read as the highest that we know.
        guard line[start + 5] == 0x31 else { throw .versionNotSupported(line.text(range)) }
        return line[start + 7] == 0x30 ? .http10 : .http11
    }

    private static func method(_ line: Span<UInt8>, _ range: Range<Int>) throws(HTTPError) -> HTTPRequest.Method {
        if range.count == 3, line[0] == 0x47, line[1] == 0x45, line[2] == 0x54 { return .get }
        if range.count == 4, line[0] == 0x50, line[1] == 0x4F, line[2] == 0x53, line[3] == 0x54 { return .post }
        guard let method = HTTPRequest.Method(line.text(range)) else {
            throw .malformedRequest("the method is not a token of RFC 9110 §5.6.2")
        }
        return method
    }

    /// The forms of RFC 9112 §3.2. The authority form belongs to CONNECT alone.
    private static func target(
        _ line: Span<UInt8>, _ range: Range<Int>, method: HTTPRequest.Method
    ) throws(HTTPError) -> (path: String, authority: String?) {
        // RFC 9110 §9.3.6: a proxy takes what follows a good answer to CONNECT for a tunnel, so none is given, whatever the target's form.
        guard method != .connect else {
            throw .malformedRequest("CONNECT asks for a tunnel, which only a proxy can be; send the request itself")
        }
        if try isPath(line.extracting(range), method: method) { return (line.text(range), nil) }
        return try absoluteForm(line, range, method: method)
    }

    /// Whether a target that is not empty is a path with its query (§3.2.1), or the `*` of OPTIONS (§3.2.4).
    static func isPath(_ target: Span<UInt8>, method: HTTPRequest.Method) throws(HTTPError) -> Bool {
        for index in target.indices {
            let byte = target[index]
            // RFC 3986 §2: a URI is visible ASCII; §3.5: a fragment never travels.
            guard byte > 0x20, byte < 0x7F, byte != ByteClass.numberSign else {
                throw .malformedRequest("the request target holds a character that a URI cannot have; percent-encode it")
            }
        }
        if target[0] == ByteClass.slash { return true }
        guard target[0] == ByteClass.asterisk, target.count == 1 else { return false }
        guard method == .options else {
            throw .malformedRequest("the request target * is for OPTIONS only; send a path that begins with /")
        }
        return true
    }

    /// RFC 9112 §3.2.2: `http://authority/path?query`, as sent to proxies; a server must accept it.
    private static func absoluteForm(
        _ line: Span<UInt8>, _ range: Range<Int>, method: HTTPRequest.Method
    ) throws(HTTPError) -> (path: String, authority: String?) {
        let start = range.lowerBound
        let authorityStart: Int
        if range.count > 7, line.equalsIgnoringCase(start..<(start + 7), "http://") {
            authorityStart = start + 7
        } else if range.count > 8, line.equalsIgnoringCase(start..<(start + 8), "https://") {
            authorityStart = start + 8
        } else {
            throw .malformedRequest("the request target is neither a path that begins with / nor a whole http URI")
        }
        var authorityEnd = authorityStart
        while authorityEnd < range.upperBound, line[authorityEnd] != ByteClass.slash, line[authorityEnd] != ByteClass.questionMark {
            authorityEnd += 1
        }
        // RFC 9110 §4.2.1: an http URI with an empty host is invalid, with a port too.
        guard authorityEnd > authorityStart, line[authorityStart] != ByteClass.colon,
            HostRule.isValid(line.extracting(authorityStart..<authorityEnd))
        else {
            throw .malformedRequest("the request target names no valid host; send for example http://example.org/path")
        }
        let authority = line.text(authorityStart..<authorityEnd)
        let rest = authorityEnd..<range.upperBound
        // §3.2.4: OPTIONS about a whole server, passed on by a proxy, has an empty path. §3.2.1: any other empty path is "/".
        if rest.isEmpty { return (method == .options ? "*" : "/", authority) }
        return (line[rest.lowerBound] == ByteClass.slash ? line.text(rest) : "/" + line.text(rest), authority)
    }
}
