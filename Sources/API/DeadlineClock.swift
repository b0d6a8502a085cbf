import Synchronization

/// Calls those whose moment has come, unless they took it back before.
///
/// `Task.sleep` alone would do, but a sleep that is cancelled stays in the system's timers until its time is over: a minute's worth of answered
/// requests, at 700 bytes each.
final class DeadlineClock: Sendable {
    typealias Instant = ContinuousClock.Instant

    private struct State: Sendable {
        var entries: [Int: (moment: Instant, onPass: @Sendable () -> Void)] = [:]
        var lastID = 0
        /// When a sleeper will look next.
        var nextLook: Instant?
    }

    private let state = Mutex(State())

    /// - Returns: what `remove` takes.
    func add(_ moment: Instant, onPass: @escaping @Sendable () -> Void) -> Int {
        let (id, mustSleep) = state.withLock { state in
            state.lastID += 1
            state.entries[state.lastID] = (moment, onPass)
            if let next = state.nextLook, next <= moment { return (state.lastID, false) }
            state.nextLook = moment
            return (state.lastID, true)
        }
        if mustSleep { sleep(until: moment) }
        return id
    }

    func remove(_ id: Int) {
        state.withLock { _ = $0.entries.removeValue(forKey: id) }
    }

    private func sleep(until moment: Instant) {
        Task {
            try? await Task.sleep(until: moment)
            look(moment)
        }
    }

    /// - Parameter moment: until when the caller slept; another may have been sent to look earlier.
    private func look(_ moment: Instant) {
        let (due, next) = state.withLock { state in
            let now = ContinuousClock.now
            let due = state.entries.filter { $0.value.moment <= now }
            for id in due.keys { state.entries[id] = nil }
            guard state.nextLook == moment else { return (due, nil as Instant?) }
            state.nextLook = state.entries.values.map(\.moment).min()
            return (due, state.nextLook)
        }
        for entry in due.values.sorted(by: { $0.moment < $1.moment }) { entry.onPass() }
        if let next { sleep(until: next) }
    }
}
