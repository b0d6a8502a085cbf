import Synchronization
import Testing

@testable import API

@Suite("The clock of deadlines", .timeLimit(.minutes(5)))
struct DeadlineClockTests {
    @Test("Those whose moment has come are called in its order, once, whichever was added first")
    func order() async {
        final class Calls: Sendable { let names = Mutex<[String]>([]) }
        let (clock, calls) = (DeadlineClock(), Calls())
        let start = ContinuousClock.now
        await withCheckedContinuation { continuation in
            for (name, milliseconds) in [("third", 90), ("first", 30), ("second", 60)] {
                _ = clock.add(start + .milliseconds(milliseconds)) { calls.names.withLock { $0.append(name) } }
            }
            _ = clock.add(start + .milliseconds(120)) { continuation.resume() }
        }
        #expect(calls.names.withLock { $0 } == ["first", "second", "third"])
    }

    @Test("Who took it back is not called, and the others are")
    func removal() async {
        let (clock, flag) = (DeadlineClock(), Flag())
        await withCheckedContinuation { continuation in
            let id = clock.add(.now + .milliseconds(10)) { flag.set() }
            _ = clock.add(.now + .milliseconds(40)) { continuation.resume() }
            clock.remove(id)
        }
        #expect(!flag.isSet)
    }

    @Test("A moment that is over is called at once")
    func past() async {
        let clock = DeadlineClock()
        await withCheckedContinuation { continuation in
            _ = clock.add(.now - .seconds(1)) { continuation.resume() }
        }
    }
}
