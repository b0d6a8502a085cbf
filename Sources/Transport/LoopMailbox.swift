import CLinux
import Glibc
import Synchronization

/// What other threads hand to an event loop, and the way to wake it.
final class LoopMailbox: Sendable {
    enum Letter: Sendable {
        case job(UnownedJob, on: UnownedSerialExecutor)
        case work(@Sendable () -> Void)
    }

    private struct State {
        var letters: [Letter] = []
        var isLoopAsleep = false
        var isClosed = false
    }

    private let state = Mutex(State())
    /// Readable when the loop is to wake; eventfd(2).
    let descriptor: Int32

    init() {
        descriptor = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC))
        precondition(descriptor >= 0, "no eventfd could be made: \(SystemCall.message(errno))")
    }

    deinit {
        Glibc.close(descriptor)
    }

    func post(_ letter: Letter) {
        let mustWake = state.withLock { state in
            state.letters.append(letter)
            defer { state.isLoopAsleep = false }
            return state.isLoopAsleep
        }
        if mustWake { eventfd_write(descriptor, 1) }
    }

    /// The loop ends once it has read what was posted.
    func close() {
        state.withLock { $0.isClosed = true }
        eventfd_write(descriptor, 1)
    }

    /// Whether the loop may sleep, because nothing waits for it; from then on until `awoke` it is woken by `post`.
    func fallAsleep() -> Bool {
        state.withLock { state in
            state.isLoopAsleep = state.letters.isEmpty && !state.isClosed
            return state.isLoopAsleep
        }
    }

    func awoke() {
        state.withLock { $0.isLoopAsleep = false }
    }

    /// Exchanges what was posted for an empty array, whose storage serves again; false where nothing is there and nothing will come.
    func take(into letters: inout [Letter]) -> Bool {
        state.withLock { state in
            swap(&letters, &state.letters)
            return !letters.isEmpty || !state.isClosed
        }
    }

    /// Makes the descriptor unreadable again.
    func acknowledgeWake() {
        var count: eventfd_t = 0
        eventfd_read(descriptor, &count)
    }
}
