import Dispatch
import Glibc
import Synchronization

/// Writes log lines to standard error without making an event loop wait for whoever reads them.
final class LogWriter: Sendable {
    static let standardError = LogWriter(descriptor: STDERR_FILENO)

    /// Lines beyond this many waiting bytes are dropped and counted: a reader that stops must not fill the memory.
    private static let capacity = 1 << 20

    private struct State {
        var waiting: [UInt8] = []
        var dropped = 0
        var isScheduled = false
    }

    private let descriptor: Int32
    private let queue = DispatchQueue(label: "log")
    private let state = Mutex(State())

    init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    func write(_ line: String) {
        let mustSchedule = state.withLock { state in
            guard state.waiting.count < Self.capacity else {
                state.dropped += 1
                return false
            }
            state.waiting += line.utf8
            state.waiting.append(UInt8(ascii: "\n"))
            defer { state.isScheduled = true }
            return !state.isScheduled
        }
        if mustSchedule { queue.async { self.writeWaiting() } }
    }

    /// Returns when all lines are written, or after a second if nobody reads them: before the process exits.
    func flush() {
        let written = DispatchSemaphore(value: 0)
        queue.async {
            self.writeWaiting()
            written.signal()
        }
        _ = written.wait(timeout: .now() + .seconds(1))
    }

    private func writeWaiting() {
        var bytes = state.withLock { state in
            defer {
                state.waiting.removeAll()
                state.dropped = 0
                state.isScheduled = false
            }
            return state.waiting + (state.dropped > 0 ? Array("(\(state.dropped) log lines were dropped)\n".utf8) : [])
        }[...]
        while !bytes.isEmpty {
            let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0 && errno == EINTR { continue }
            guard written > 0 else { return }
            bytes = bytes.dropFirst(written)
        }
    }
}
