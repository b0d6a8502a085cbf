import Transport

/// So many at once, and so many a second in the long run.
struct RateLimit: Sendable {
    private let burst: Int
    /// Nanoseconds in which one is earned.
    private let interval: Int64
    private var left: Int
    /// Up to when what was earned is in `left`, in nanoseconds of the monotonic clock.
    private var earnedUntil: Int64

    init(burst: Int, perSecond: Int, now: MonotonicTime) {
        self.burst = burst
        interval = perSecond > 0 ? max(1, 1_000_000_000 / Int64(perSecond)) : .max
        left = burst
        earnedUntil = now.nanoseconds
    }

    /// False where it is too much.
    mutating func take(_ count: Int, now: MonotonicTime) -> Bool {
        guard count > 0 else { return true }
        // What has not earned a whole one yet counts for the next.
        let earned = (now.nanoseconds - earnedUntil) / interval
        earnedUntil += earned * interval
        left = min(burst, left + Int(earned)) - count
        return left >= 0
    }
}
