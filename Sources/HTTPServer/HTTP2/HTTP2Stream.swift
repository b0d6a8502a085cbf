import HTTPTypes
import Transport

/// A request and its response on one stream of HTTP/2 (RFC 9113 §8.1).
final class HTTP2Stream {
    enum Phase: Equatable {
        /// The request is not complete.
        case reading
        /// The request is complete, or refused; its response has not begun.
        case handling
        /// The response has begun; so many bytes of its stated length are missing.
        case streaming(remaining: Int?)
        /// The whole response was handed over; perhaps it has not been sent.
        case answered
    }

    var phase = Phase.reading
    let request: HTTPRequest
    var body: RequestBody
    var responseBytes = 0
    private let start: Int64
    private let exchangeDeadline: Int64
    private var sendingDeadline = SendingDeadline()
    private var sentBytes = 0

    /// - Parameter expected: bytes of content that the client has promised.
    init(_ request: HTTPRequest, expected: Int, _ rules: ConnectionRules, now: MonotonicTime) {
        self.request = request
        body = RequestBody(rules.bodyBudget, expected: expected)
        start = now.nanoseconds
        exchangeDeadline = start + rules.durations.exchange
    }

    /// When the request must be complete, in nanoseconds of the monotonic clock.
    func readDeadline(_ rules: ConnectionRules) -> Int64 {
        phase == .reading ? rules.bodyDeadline(start: start, received: body.count) : .max
    }

    /// When it is given up because the answer takes too long, or the client does not take it.
    var abortDeadline: Int64 {
        min(sendingDeadline.time, phase == .answered ? .max : exchangeDeadline)
    }

    /// - Parameters:
    ///   - sent: bytes of content that were sent in all.
    ///   - isEmpty: whether none wait.
    func noteSent(_ sent: Int, isEmpty: Bool, _ rules: ConnectionRules, now: MonotonicTime) {
        sendingDeadline.note(taken: sent - sentBytes, isEmpty: isEmpty, rules, now: now)
        sentBytes = sent
    }
}
