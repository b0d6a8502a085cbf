import HTTPCore
import HTTPTypes
import Transport

/// What one connection does next under one version of HTTP: it is told of events and the time, and answers with an action.
///
/// Bytes for the client gather in its output. After every event the owner carries out the action that it got and those of `nextAction`, sends
/// what waits there and reports it with `wrote`, and watches for what `wantsToRead` and `deadline` say.
/// A request and its response are an exchange, with a number that no later one of the connection has.
///
/// What only looks is `mutating` too: Swift uses a value behind a protocol where it lies for that alone, and else copies all of it.
protocol ConnectionStateMachine {
    /// Bytes that wait to be sent.
    var outputCount: Int { mutating get }

    /// Shows the first of them, contiguous; none if there are none.
    mutating func withOutput<Result>(_ body: (Span<UInt8>) -> Result) -> Result

    /// Whether bytes from the client are wanted now; otherwise the kernel's window holds the client back.
    var wantsToRead: Bool { mutating get }

    /// When `deadlinePassed` is to be told; nil while nothing is waited for.
    var deadline: MonotonicTime? { mutating get }

    /// Whether nothing but the rest of the output keeps the connection; `wrote` is told even when there is none already.
    var endsWhenSent: Bool { mutating get }

    /// Bytes came from the client.
    mutating func received(_ bytes: Span<UInt8>, now: MonotonicTime) -> ConnectionAction

    /// Another action of the last event; nil when there is none.
    mutating func nextAction() -> ConnectionAction?

    /// The client has ended its half.
    mutating func peerEnded(now: MonotonicTime) -> ConnectionAction

    /// The connection broke.
    mutating func peerLeft() -> ConnectionAction

    /// To be told when `deadline` is reached; it may be told too early.
    mutating func deadlinePassed(now: MonotonicTime) -> ConnectionAction

    /// No further request is begun; the connection ends when those under way are answered.
    mutating func drain(now: MonotonicTime) -> ConnectionAction

    /// The request of `.handle` is not wanted: the answer is `error`.
    mutating func refuse(_ exchange: Int, _ error: HTTPError, _ request: HTTPRequest?) -> ConnectionAction

    /// The response to the request of `.handle` or `.reject`.
    ///
    /// - Parameter date: an IMF-fixdate.
    mutating func respond(_ exchange: Int, _ response: ServerResponse, date: [UInt8], now: MonotonicTime) -> ConnectionAction

    /// A piece of a streamed body.
    mutating func bodyPart(_ exchange: Int, _ bytes: [UInt8]) -> ConnectionAction

    /// The streamed body is complete.
    mutating func bodyEnded(_ exchange: Int, now: MonotonicTime) -> ConnectionAction

    /// The streamed body cannot be completed. The client must not take what it has for the whole (RFC 9112 §8, RFC 9113 §8.1).
    mutating func bodyFailed(_ exchange: Int) -> ConnectionAction

    /// Content bytes of the exchange's response that were taken over so far.
    mutating func responseBytes(of exchange: Int) -> Int

    /// Whether writers of this response must wait because too much of it has not been sent.
    mutating func isFull(_ exchange: Int) -> Bool

    /// Whether writers that waited may go on.
    mutating func hasRoom(_ exchange: Int) -> Bool

    /// Makes output of what may be sent now.
    mutating func prepareOutput(now: MonotonicTime)

    /// The kernel took `count` bytes of the output; to be told after each attempt to send, even if it took none.
    mutating func wrote(_ count: Int, now: MonotonicTime) -> ConnectionAction
}

extension ConnectionStateMachine {
    static var never: Int64 { .max }
}

enum ConnectionAction: Sendable {
    /// Nothing until the next event.
    case wait
    /// The client speaks this version: go on with its machine, which is to be told of the bytes.
    case speak(ApplicationProtocol, [UInt8])
    /// Start the handler; then tell `respond`.
    case handle(Int, HTTPRequest, RequestBody)
    /// Answer with an error; tell `respond`.
    case reject(Int, HTTPError, HTTPRequest?)
    /// Run the stream of the response that was just begun.
    case stream
    /// The client no longer wants this exchange's response, or cannot get the rest of it: cancel the handler.
    case cancel(Int)
    /// Ask whether the peer still lives; if not, tell `peerLeft`.
    case checkPeer
    /// End our half of the connection and read on.
    case shutdownWriting
    /// The connection is over.
    case close
    /// The connection is over under an unfinished request or response: cancel the handlers and reset the connection.
    case abort
}
