import Synchronization
import Tokenizers

/// One request's texts on their way through the tokenizer's threads, and whoever waits for them all.
final class TokenizerRequest: Sendable {
    typealias Encode = @Sendable (_ text: TextInput, _ index: Int) throws(InferenceError) -> Encoding
    typealias Waiter = CheckedContinuation<Result<[Encoding], InferenceError>, Never>

    private struct State {
        var encodings: [Encoding?]
        var remaining: Int
        /// The error of the first of the texts that has one, so far.
        var failure: (index: Int, error: InferenceError)?
        /// Texts from here on need not be done.
        var end: Int
        var isOver = false
        var waiter: Waiter?
    }

    let texts: [TextInput]
    let byteCount: Int
    private let encode: Encode
    /// Lives as long as anything is done for this request: the memory that its answer will take.
    private let held: (any Sendable)?
    private let state: Mutex<State>

    init(_ texts: [TextInput], holding held: (any Sendable)?, encode: @escaping Encode) {
        self.texts = texts
        self.held = held
        self.encode = encode
        byteCount = texts.reduce(0) { $0 + $1.byteCount }
        state = Mutex(State(encodings: Array(repeating: nil, count: texts.count), remaining: texts.count, end: texts.count))
    }

    /// Sets who waits; called once, before the request is queued.
    func setWaiter(_ waiter: Waiter) {
        let isOver = state.withLock { state in
            if !state.isOver { state.waiter = waiter }
            return state.isOver
        }
        if isOver { waiter.resume(returning: .failure(.cancelled)) }
    }

    /// Whether nobody waits any more.
    var isOver: Bool { state.withLock { $0.isOver } }

    /// Encodes some of the texts, which no other thread does. Those behind one that failed are passed over.
    func run(_ piece: Range<Int>) {
        for index in piece {
            let isWanted = state.withLock { !$0.isOver && index < $0.end }
            guard isWanted else {
                finish(piece.upperBound - index)
                return
            }
            do throws(InferenceError) {
                let encoding = try encode(texts[index], index)
                state.withLock { if !$0.isOver { $0.encodings[index] = encoding } }
            } catch {
                state.withLock { if index < $0.end { ($0.failure, $0.end) = ((index, error), index) } }
            }
            finish(1)
        }
    }

    /// Ends the wait without an answer.
    func fail(_ error: InferenceError) {
        let waiter = state.withLock { state in
            state.isOver = true
            state.encodings = []
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume(returning: .failure(error))
    }

    private func finish(_ count: Int) {
        let finished = state.withLock { state -> (Waiter, Result<[Encoding], InferenceError>)? in
            state.remaining -= count
            guard state.remaining == 0, !state.isOver, let waiter = state.waiter else { return nil }
            state.isOver = true
            state.waiter = nil
            defer { state.encodings = [] }
            return (waiter, state.failure.map { .failure($0.error) } ?? .success(state.encodings.compactMap(\.self)))
        }
        if let (waiter, result) = finished { waiter.resume(returning: result) }
    }
}
