import Transport

/// When a client that does not take its bytes is given up: `writeTimeout` after it took the last one, and no later than
/// `minimumWriteRate` allows from the moment on that bytes wait for it.
struct SendingDeadline: Sendable {
    /// Nanoseconds of the monotonic clock; the largest number while nothing waits.
    private(set) var time = Int64.max
    private var waitingSince: Int64 = 0
    private var takenWhileWaiting = 0

    /// - Parameters:
    ///   - count: the bytes that the client took in this attempt.
    ///   - isEmpty: whether none wait any more.
    mutating func note(taken count: Int, isEmpty: Bool, _ rules: ConnectionRules, now: MonotonicTime) {
        guard !isEmpty else {
            time = .max
            return
        }
        if time == .max {
            // What was taken at once was not waited for.
            waitingSince = now.nanoseconds
            takenWhileWaiting = 0
        } else {
            guard count > 0 else { return }
            takenWhileWaiting += count
        }
        let rate = max(1, rules.limits.minimumWriteRate)
        let (whole, rest) = takenWhileWaiting.quotientAndRemainder(dividingBy: rate)
        let earned = Int64(whole) * 1_000_000_000 + Int64(rest) * 1_000_000_000 / Int64(rate)
        time = min(now.nanoseconds, waitingSince + earned) + rules.durations.write
    }
}
