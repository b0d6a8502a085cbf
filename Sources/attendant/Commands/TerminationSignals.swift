import Dispatch
import Glibc
import Synchronization

/// SIGTERM and SIGINT: the first one asks, the second one no longer.
///
/// Sendable although Dispatch's sources are not: nothing touches them after `init` but to let go of them.
final class TerminationSignals: @unchecked Sendable {
    private struct State {
        var count = 0
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())
    private let sources: [any DispatchSourceSignal]

    init() {
        let numbers = [SIGTERM, SIGINT]
        sources = numbers.map { number in
            signal(number, SIG_IGN)
            return DispatchSource.makeSignalSource(signal: number, queue: .global())
        }
        for source in sources {
            source.setEventHandler { [weak self] in self?.received() }
            source.resume()
        }
    }

    /// Returns when the first signal has come.
    func first() async {
        await withCheckedContinuation { continuation in
            let hasCome = state.withLock { state in
                if state.count == 0 { state.waiter = continuation }
                return state.count > 0
            }
            if hasCome { continuation.resume() }
        }
    }

    private func received() {
        let (count, waiter) = state.withLock { state in
            state.count += 1
            defer { state.waiter = nil }
            return (state.count, state.waiter)
        }
        waiter?.resume()
        if count > 1 { _exit(1) }
    }
}
