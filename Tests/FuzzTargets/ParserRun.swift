import HTTPCore
import HTTPTypes

/// A parser at work on pieces of a stream. It checks what each call promises, and gathers the events with pieces of body joined,
/// so that they do not depend on how the bytes were cut.
struct ParserRun {
    enum Event: Equatable {
        case head(RequestHead)
        case body([UInt8])
        case end
        case malformed(HTTPError, HTTPRequest?)
    }

    private(set) var events: [Event] = []
    /// Bytes that the parser has taken.
    private(set) var consumed = 0
    /// Nothing more is fed: the bytes were malformed, or the first message ended and only it was asked for.
    private(set) var isOver = false

    private let limits: ParserLimits
    private let stopsAtEnd: Bool
    private var parser: RequestParser
    /// The framing of the message that has begun and not ended.
    private var framing: BodyFraming?
    private var bodyBytes = 0

    init(limits: ParserLimits, stopsAtEnd: Bool = false) {
        self.limits = limits
        self.stopsAtEnd = stopsAtEnd
        parser = RequestParser(limits: limits)
    }

    mutating func feed(_ piece: [UInt8]) throws(FuzzFinding) {
        var offset = 0
        while !isOver {
            let before = offset
            let event = parser.next(in: piece.span, at: &offset)
            try check(before <= offset && offset <= piece.count, "the offset went from \(before) to \(offset) of \(piece.count)")
            consumed += offset - before
            switch event {
            case .needMore:
                try check(offset == piece.count, "more is wanted with \(piece.count - offset) bytes left")
                return
            case .head(let head):
                try take(head)
            case .body(let range):
                try check(before <= range.lowerBound && range.upperBound == offset, "the body \(range) is not what was taken")
                try take(body: piece[range])
            case .end:
                try takeEnd()
            case .malformed(let error, let request):
                try take(error, request, piece)
            }
        }
    }

    private mutating func take(_ head: RequestHead) throws(FuzzFinding) {
        try check(framing == nil, "a head comes inside a message")
        try check(parser.isInsideMessage, "the parser is not inside the message that has begun")
        let path = head.request.path ?? ""
        try check(path.hasPrefix("/") || path == "*" && head.request.method == .options, "the path is \(path)")
        try check(head.version == .http10 || head.request.authority != nil, "there is no authority")
        try check(head.request.headerFields.count <= limits.headerCount, "there are \(head.request.headerFields.count) fields")
        if case .length(let length) = head.framing {
            try check(length > 0 && length <= limits.bodyBytes, "a body of \(length) bytes is accepted")
        }
        _ = PercentEncoding.decode(path[...])
        framing = head.framing
        bodyBytes = 0
        events.append(.head(head))
    }

    private mutating func take(body: ArraySlice<UInt8>) throws(FuzzFinding) {
        try check(framing != nil && framing != BodyFraming.none, "a body comes that was not announced")
        try check(!body.isEmpty, "a piece of body is empty")
        bodyBytes += body.count
        try check(bodyBytes <= limits.bodyBytes, "the body is longer than its limit")
        if case .body(let start) = events.last {
            events[events.count - 1] = .body(start + body)
        } else {
            events.append(.body(Array(body)))
        }
    }

    private mutating func takeEnd() throws(FuzzFinding) {
        try check(framing != nil, "an end comes outside a message")
        if case .length(let length) = framing { try check(bodyBytes == length, "\(bodyBytes) of \(length) bytes came") }
        try check(!parser.isInsideMessage, "the parser is inside the message that has ended")
        framing = nil
        events.append(.end)
        isOver = stopsAtEnd
    }

    /// An error is the last event: whatever follows, it stays.
    private mutating func take(_ error: HTTPError, _ request: HTTPRequest?, _ piece: [UInt8]) throws(FuzzFinding) {
        try check([400, 413, 414, 417, 431, 501, 505].contains(error.status.code), "the status is \(error.status.code)")
        try check(!error.code.isEmpty && !error.message.isEmpty, "the error says nothing")
        var offset = 0
        try check(parser.next(in: piece.span, at: &offset) == .malformed(error, nil), "something follows an error")
        try check(!parser.isInsideMessage, "the parser is inside a malformed message")
        events.append(.malformed(error, request))
        isOver = true
    }
}
