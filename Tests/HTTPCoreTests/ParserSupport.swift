import HTTPCore
import HTTPTypes
import Testing

/// A parser's events with body pieces joined, so that they do not depend on how the bytes were cut.
enum Observed: Equatable, CustomStringConvertible {
    case head(RequestHead)
    case body([UInt8])
    case end
    case malformed(HTTPError)

    var description: String {
        switch self {
        case .head(let head): "head(\(head.request.method) \(head.request.path ?? "-") \(head.framing) keep \(head.keepAlive))"
        case .body(let bytes): "body(\(bytes.count))"
        case .end: "end"
        case .malformed(let error): "malformed(\(error.status.code) \(error.code): \(error.message))"
        }
    }
}

/// Feeds `pieces` one after the other. An error is seen once, and again where anything else comes behind it.
func events(of pieces: [ArraySlice<UInt8>], limits: ParserLimits = ParserLimits()) -> [Observed] {
    var parser = RequestParser(limits: limits)
    var observed: [Observed] = []
    for piece in pieces {
        let bytes = Array(piece)
        var offset = 0
        reading: while true {
            switch parser.next(in: bytes.span, at: &offset) {
            case .needMore: break reading
            case .head(let head): observed.append(.head(head))
            case .body(let range):
                if case .body(let before) = observed.last {
                    observed[observed.count - 1] = .body(before + bytes[range])
                } else {
                    observed.append(.body(Array(bytes[range])))
                }
            case .end: observed.append(.end)
            case .malformed(let error, _):
                if observed.last != .malformed(error) { observed.append(.malformed(error)) }
                break reading
            }
        }
    }
    return observed
}

/// The events of `bytes`, which must be the same in every split.
func events(_ bytes: [UInt8], limits: ParserLimits = ParserLimits(), cuts: ClosedRange<Int>? = nil) -> [Observed] {
    let whole = events(of: [bytes[...]], limits: limits)
    for (name, pieces) in everySplit(bytes, cuts: cuts) {
        let observed = events(of: pieces, limits: limits)
        guard observed == whole else {
            Issue.record("\(name): \(observed) where the whole gives \(whole)")
            break
        }
    }
    return whole
}

func events(_ text: String, limits: ParserLimits = ParserLimits()) -> [Observed] {
    events(Array(text.utf8), limits: limits)
}

/// The first head of `text`, or nil.
func firstHead(_ text: String) -> RequestHead? {
    guard case .head(let head)? = events(text).first else { return nil }
    return head
}

/// The error that `text` ends in, or nil.
func rejection(_ text: String, limits: ParserLimits = ParserLimits()) -> HTTPError? {
    guard case .malformed(let error)? = events(text, limits: limits).last else { return nil }
    return error
}

/// A request with these header lines besides `Host`.
func get(_ lines: String...) -> String {
    "GET / HTTP/1.1\r\nHost: a\r\n" + lines.map { $0 + "\r\n" }.joined() + "\r\n"
}

func post(_ lines: String..., body: String = "") -> String {
    "POST / HTTP/1.1\r\nHost: a\r\n" + lines.map { $0 + "\r\n" }.joined() + "\r\n" + body
}

func chunked(_ body: String) -> String {
    post("Transfer-Encoding: chunked", body: body)
}
