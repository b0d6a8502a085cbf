import Glibc
import Synchronization
import Testing

@testable import Transport

/// Tells when nothing holds it any more.
private final class Witness: Sendable {
    private let onDeath: @Sendable () -> Void
    init(_ onDeath: @escaping @Sendable () -> Void) { self.onDeath = onDeath }
    deinit { onDeath() }
}

@Suite("The event loop", .timeLimit(.minutes(5)))
struct EventLoopTests {
    /// What `begin` reports through the closure it is given, on a loop of its own.
    private func result<Value: Sendable>(_ begin: @escaping @Sendable (EventLoop, @escaping @Sendable (Value) -> Void) -> Void) async -> Value {
        let loop = EventLoop(label: "test")
        return await withCheckedContinuation { continuation in
            loop.execute { begin(loop) { continuation.resume(returning: $0) } }
        }
    }

    @Test("Work runs in the order in which it was handed over, also from the loop itself")
    func order() async {
        let order: [Int] = await result { loop, report in
            let seen = Mutex<[Int]>([])
            for index in 0..<100 { loop.execute { seen.withLock { $0.append(index) } } }
            loop.execute { report(seen.withLock { $0 }) }
        }
        #expect(order == Array(0..<100))
    }

    @Test("Work from many threads wakes the loop, and none is lost")
    func manyThreads() async {
        final class Counter: Sendable { let value = Atomic(0) }
        let loop = EventLoop(label: "test")
        let counter = Counter()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<500 {
                        await withCheckedContinuation { continuation in
                            loop.execute {
                                counter.value.add(1, ordering: .relaxed)
                                continuation.resume()
                            }
                        }
                    }
                }
            }
        }
        #expect(counter.value.load(ordering: .relaxed) == 4000)
    }

    @Test("Timers fire in the order of their moments, once; one that was cancelled or moved does not")
    func timers() async {
        let fired: [String] = await result { loop, report in
            let names = Mutex<[String]>([])
            func timer(_ name: String, _ milliseconds: Int64) -> LoopTimer {
                let timer = loop.makeTimer { names.withLock { $0.append(name) } }
                timer.schedule(at: .now + milliseconds * 1_000_000)
                return timer
            }
            _ = timer("second", 20)
            _ = timer("first", 10)
            timer("cancelled", 15).cancel()
            timer("moved", 5).schedule(at: .now + 30_000_000)
            let last = loop.makeTimer { report(names.withLock { $0 }) }
            last.schedule(at: .now + 60_000_000)
        }
        #expect(fired == ["first", "second", "moved"])
    }

    @Test("Work handed over just before the loop is let go still runs, and nothing of it is kept")
    func end() async throws {
        let closed = Mutex<CheckedContinuation<Void, Never>?>(nil)
        await withCheckedContinuation { continuation in
            closed.withLock { $0 = continuation }
            let loop = EventLoop(label: "short")
            let witness = Witness { closed.withLock { $0 }?.resume() }
            // Handed over just before the loop is let go, it still runs.
            loop.execute { withExtendedLifetime(witness) {} }
        }
    }

    @Test("A timer that waits when its loop is let go is not kept")
    func endWithTimer() async {
        await withCheckedContinuation { continuation in
            let loop = EventLoop(label: "short")
            loop.execute {
                let witness = Witness { continuation.resume() }
                loop.makeTimer { withExtendedLifetime(witness) {} }.schedule(at: .now + 3_600_000_000_000)
            }
        }
    }
}
