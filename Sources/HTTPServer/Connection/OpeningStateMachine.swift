import HTTPCore
import HTTPTypes
import Transport

/// A connection that has not shown yet which version of HTTP it speaks.
///
/// A client that knows the server to speak HTTP/2 begins with a preface that is no request of HTTP/1.1 (RFC 9113 §3.3, §3.4).
struct OpeningStateMachine: ConnectionStateMachine {
    private static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

    private var bytes: [UInt8] = []
    private let readDeadline: Int64

    /// - Parameter isSecure: whether a handshake comes first.
    init(_ rules: ConnectionRules, isSecure: Bool, now: MonotonicTime) {
        readDeadline = now.nanoseconds + (isSecure ? rules.durations.handshake : rules.durations.headerRead)
    }

    var wantsToRead: Bool { true }
    var deadline: MonotonicTime? { MonotonicTime(nanoseconds: readDeadline) }
    var endsWhenSent: Bool { false }
    var outputCount: Int { 0 }
    func withOutput<Result>(_ body: (Span<UInt8>) -> Result) -> Result { body(Span()) }

    mutating func received(_ more: Span<UInt8>, now: MonotonicTime) -> ConnectionAction {
        more.withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
        let beginning = bytes.prefix(Self.preface.count)
        guard beginning.elementsEqual(Self.preface.prefix(beginning.count)) else { return .speak(.http1, bytes) }
        return beginning.count == Self.preface.count ? .speak(.http2, bytes) : .wait
    }

    mutating func peerEnded(now: MonotonicTime) -> ConnectionAction { .close }

    /// An orderly end: what a handshake had to say about its failure must arrive.
    mutating func peerLeft() -> ConnectionAction { .close }

    mutating func deadlinePassed(now: MonotonicTime) -> ConnectionAction { now.nanoseconds >= readDeadline ? .close : .wait }

    mutating func drain(now: MonotonicTime) -> ConnectionAction { .close }

    // There is no exchange yet.
    mutating func nextAction() -> ConnectionAction? { nil }
    mutating func refuse(_ exchange: Int, _ error: HTTPError, _ request: HTTPRequest?) -> ConnectionAction { .wait }
    mutating func respond(_ exchange: Int, _ response: ServerResponse, date: [UInt8], now: MonotonicTime) -> ConnectionAction { .wait }
    mutating func bodyPart(_ exchange: Int, _ bytes: [UInt8]) -> ConnectionAction { .wait }
    mutating func bodyEnded(_ exchange: Int, now: MonotonicTime) -> ConnectionAction { .wait }
    mutating func bodyFailed(_ exchange: Int) -> ConnectionAction { .wait }
    func responseBytes(of exchange: Int) -> Int { 0 }
    func isFull(_ exchange: Int) -> Bool { false }
    func hasRoom(_ exchange: Int) -> Bool { true }
    mutating func prepareOutput(now: MonotonicTime) {}
    mutating func wrote(_ count: Int, now: MonotonicTime) -> ConnectionAction { .wait }
}
