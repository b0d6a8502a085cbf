import Dispatch
import Synchronization
import TestSupport
import Testing
import Tokenizers

@testable import Inference

@Suite("The tokenizer's threads", .timeLimit(.minutes(5)))
struct TokenizerPoolTests {
    /// What was encoded in which order, and a gate for texts that begin with "gated".
    private final class Log: Sendable {
        private let seen = Mutex<[String]>([])
        private let gate = DispatchSemaphore(value: 0), entered = DispatchSemaphore(value: 0)

        /// The first letter of each text so far.
        var letters: String { seen.withLock { $0.joined() } }

        func encode(_ text: TextInput, _ index: Int) throws(InferenceError) -> Encoding {
            seen.withLock { $0.append(String(text.text.prefix(1))) }
            if text.text.hasPrefix("gated") {
                entered.signal()
                gate.wait()
            }
            if text.text.hasPrefix("wrong") { throw .inputWithoutTokens(input: index) }
            return Encoding(ids: [Int32(index)])
        }

        func open() { gate.signal() }

        func waitUntilEntered() async {
            await withCheckedContinuation { continuation in
                DispatchQueue.global().async {
                    self.entered.wait()
                    continuation.resume()
                }
            }
        }
    }

    private let log = Log()

    private func texts(_ count: Int, _ start: String, bytes: Int = 16 << 10) -> [TextInput] {
        Array(repeating: TextInput(text: start + String(repeating: ".", count: bytes - start.utf8.count)), count: count)
    }

    private func submit(_ texts: [TextInput], to pool: TokenizerPool, holding held: (any Sendable)? = nil) async throws -> Task<[Int32], any Error> {
        let waiting = pool.waitingCount
        let task = Task { [log] in try await pool.encode(texts, holding: held, log.encode).map { $0.ids[0] } }
        try await until { pool.waitingCount != waiting }
        return task
    }

    @Test("Short texts are encoded by the thread that brings them")
    func short() async throws {
        let pool = TokenizerPool(threads: 0)
        let encodings = try await pool.encode([TextInput(text: "a"), TextInput(text: "b", textPair: "c")], log.encode)
        #expect(encodings.map(\.ids) == [[0], [1]])
        pool.close()
    }

    @Test("Many texts are shared by the threads, and each gets its own encoding")
    func shared() async throws {
        let pool = TokenizerPool(threads: 3)
        let encodings = try await pool.encode(texts(500, "a", bytes: 1000), log.encode)
        #expect(encodings.map { $0.ids[0] } == Array(0..<500))
        pool.close()
    }

    @Test("Requests take turns, a piece each")
    func turns() async throws {
        let pool = TokenizerPool(threads: 1)
        let gated = Task { [log] in try await pool.encode(texts(1, "gated"), log.encode).count }
        await log.waitUntilEntered()
        let many = try await submit(texts(3, "m"), to: pool), one = try await submit(texts(1, "o"), to: pool)
        log.open()
        #expect(try await gated.value == 1)
        #expect(try await many.value == [0, 1, 2])
        #expect(try await one.value == [0])
        #expect(log.letters == "gmomm")
        pool.close()
    }

    @Test("Long texts leave a thread for others")
    func long() async throws {
        let pool = TokenizerPool(threads: 2), size = TokenizerPolicy().longTextBytes
        let long = Task { [log] in try await pool.encode(texts(1, "gated", bytes: size), log.encode).count }
        await log.waitUntilEntered()
        let second = try await submit(texts(2, "gated", bytes: size), to: pool)
        #expect(try await pool.encode(texts(5, "short"), log.encode).count == 5)
        #expect(log.letters == "gsssss")
        for _ in 0..<3 { log.open() }
        #expect(try await long.value == 1)
        #expect(try await second.value == [0, 1])
        pool.close()
    }

    @Test("A cancelled request leaves at once, its pieces are dropped, and what it held is let go")
    func cancelled() async throws {
        let pool = TokenizerPool(threads: 1), budget = MemoryBudget(total: 1)
        let leaving = Task { [log, reservation = budget.reserve(1)] in
            try await pool.encode(texts(1, "gated") + texts(5, "x"), holding: reservation, log.encode).count
        }
        await log.waitUntilEntered()
        leaving.cancel()
        await #expect(throws: InferenceError.cancelled) { try await leaving.value }
        #expect(pool.waitingCount == 0)
        #expect(budget.reserve(1) == nil)  // its first text is still being done
        log.open()
        try await until { budget.reserve(1) != nil }
        #expect(try await pool.encode(texts(1, "y"), log.encode).count == 1)
        #expect(log.letters == "gy")
        pool.close()
    }

    @Test("A request that was cancelled before it came is not begun")
    func cancelledBefore() async throws {
        let pool = TokenizerPool(threads: 0)
        let task = Task { [log] in
            withUnsafeCurrentTask { $0?.cancel() }
            return try await pool.encode(texts(1, "x"), log.encode).count
        }
        await #expect(throws: InferenceError.cancelled) { try await task.value }
        #expect(pool.waitingCount == 0)
        pool.close()
    }

    @Test("The error is that of the first text that has one, whichever thread comes to it first")
    func failing() async throws {
        let pool = TokenizerPool(threads: 4)
        for _ in 0..<20 {
            await #expect(throws: InferenceError.inputWithoutTokens(input: 3)) {
                try await pool.encode(texts(3, "a") + texts(2, "wrong") + texts(40, "b"), log.encode)
            }
        }
        await #expect(throws: InferenceError.inputWithoutTokens(input: 0)) {
            try await pool.encode([TextInput(text: "wrong")], log.encode)
        }
        pool.close()
    }

    @Test("What waits is bounded in bytes, and a closed pool refuses what comes")
    func bounded() async throws {
        var policy = TokenizerPolicy()
        policy.queueBytes = 40 << 10
        let pool = TokenizerPool(policy: policy, threads: 0)
        let waiting = try await submit(texts(2, "a"), to: pool)
        await #expect(throws: InferenceError.overloaded) { try await pool.encode(texts(1, "b"), log.encode) }
        waiting.cancel()
        await #expect(throws: InferenceError.cancelled) { try await waiting.value }
        pool.close()
        await #expect(throws: InferenceError.shuttingDown) { try await pool.encode(texts(1, "c"), log.encode) }
    }
}
