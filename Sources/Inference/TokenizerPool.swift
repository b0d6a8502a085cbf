import DequeModule
import Dispatch
import Synchronization
import Tensors
import Tokenizers

/// The threads that tokenize what takes longer than a moment, and the bounded queue before them, in which requests take
/// turns. Neither an event loop nor Swift's pool must be kept for so long: all other requests are on these.
final class TokenizerPool: Sendable {
    private struct Entry {
        let request: TokenizerRequest
        /// Texts before are taken.
        var next = 0
    }

    private struct State {
        /// The next to be served first.
        var turns: Deque<Entry> = []
        /// Bytes of all texts of the requests in `turns`.
        var bytes = 0
        /// Threads that do a long text.
        var long = 0
        var asleep = 0
        var isClosed = false
    }

    private let policy: TokenizerPolicy
    private let threads: Int
    private let state = Mutex(State())
    private let wakeUps = DispatchSemaphore(value: 0)

    /// Starts the threads; they end when the pool is closed and nothing waits.
    /// - Parameter threads: 0 starts none, for tests.
    init(policy: TokenizerPolicy = TokenizerPolicy(), threads: Int) {
        self.policy = policy
        self.threads = threads
        for _ in 0..<threads { PlainThread.start { self.serve() } }
    }

    /// The encodings of the texts, in order: computed here and now when that takes a moment, else on the pool's threads.
    /// - Parameters:
    ///   - held: kept until nothing is done for this request any more, even after it was cancelled.
    ///   - encode: makes one encoding, from a text and its number.
    /// - Throws: the error of the first text that has one; `InferenceError.overloaded`, `.shuttingDown`, or `.cancelled` as
    ///   soon as the calling task is.
    func encode(
        _ texts: [TextInput], holding held: (any Sendable)? = nil, _ encode: @escaping TokenizerRequest.Encode
    ) async throws(InferenceError) -> [Encoding] {
        if isShort(texts) {
            var encodings: [Encoding] = []
            encodings.reserveCapacity(texts.count)
            for (index, text) in texts.enumerated() { encodings.append(try encode(text, index)) }
            return encodings
        }
        let request = TokenizerRequest(texts, holding: held, encode: encode)
        return try await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                request.setWaiter(continuation)
                do throws(InferenceError) { try append(request) } catch { request.fail(error) }
            }
        } onCancel: {
            request.fail(.cancelled)
            remove(request)
        }.get()
    }

    /// Takes no more long work; what waits is still done.
    func close() {
        let asleep = state.withLock { state in
            state.isClosed = true
            defer { state.asleep = 0 }
            return state.asleep
        }
        for _ in 0..<asleep { wakeUps.signal() }
    }

    /// Requests that wait or are partly done.
    var waitingCount: Int { state.withLock { $0.turns.count } }

    private func isShort(_ texts: [TextInput]) -> Bool {
        var bytes = 0
        for text in texts {
            bytes += text.byteCount
            guard bytes <= policy.inlineBytes else { return false }
        }
        return true
    }

    private func append(_ request: TokenizerRequest) throws(InferenceError) {
        let outcome = state.withLock { state -> Result<Int, InferenceError> in
            if state.isClosed { return .failure(.shuttingDown) }
            if request.isOver { return .failure(.cancelled) }
            guard state.bytes + request.byteCount <= policy.queueBytes else { return .failure(.overloaded) }
            state.turns.append(Entry(request: request))
            state.bytes += request.byteCount
            let woken = min(state.asleep, request.texts.count)
            state.asleep -= woken
            return .success(woken)
        }
        for _ in 0..<(try outcome.get()) { wakeUps.signal() }
    }

    private func remove(_ request: TokenizerRequest) {
        state.withLock { state in
            guard let place = state.turns.firstIndex(where: { $0.request === request }) else { return }
            state.turns.remove(at: place)
            state.bytes -= request.byteCount
        }
    }

    // MARK: The threads

    private struct Piece {
        let request: TokenizerRequest
        let range: Range<Int>
        let isLong: Bool
    }

    private func serve() {
        while let piece = take() {
            piece.request.run(piece.range)
            if piece.isLong { state.withLock { $0.long -= 1 } }
        }
    }

    /// The next piece for the calling thread; sleeps while there is none.
    /// - Returns: nil once the pool is closed and nothing is left that this thread may take.
    private func take() -> Piece? {
        while true {
            enum Next { case piece(Piece), sleep, end }
            let next = state.withLock { state -> Next in
                if let piece = nextPiece(&state) { return .piece(piece) }
                if state.isClosed { return .end }
                state.asleep += 1
                return .sleep
            }
            switch next {
            case .piece(let piece): return piece
            case .end: return nil
            case .sleep: wakeUps.wait()
            }
        }
    }

    private func nextPiece(_ state: inout State) -> Piece? {
        // One thread is always left for short texts; those that do long ones come back for the next by themselves.
        let freeForLong = state.long < max(1, threads - 1)
        for place in state.turns.indices {
            var entry = state.turns[place]
            let texts = entry.request.texts
            let lengths = texts[entry.next...].lazy.map(\.byteCount)
            let count = policy.piece(lengths, freeForLong: freeForLong)
            guard count > 0 else { continue }
            let isLong = texts[entry.next].byteCount >= policy.longTextBytes
            let range = entry.next..<entry.next + count
            state.turns.remove(at: place)
            entry.next = range.upperBound
            if entry.next < texts.count {
                state.turns.append(entry)
            } else {
                state.bytes -= entry.request.byteCount
            }
            if isLong { state.long += 1 }
            return Piece(request: entry.request, range: range, isLong: isLong)
        }
        return nil
    }
}
