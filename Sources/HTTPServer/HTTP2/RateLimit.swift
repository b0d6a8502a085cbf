import Transport

/// So many at once, and so many a second in the long run.
struct RateLimit: Sendable {
    private let burst: Int
    private let perSecond: Int
    private var left: Int
    private var lastRefill: Int64

    init(burst: Int, perSecond: Int, now: MonotonicTime) {
        self.burst = burst
        self.perSecond = perSecond
        left = burst
        lastRefill = now.nanoseconds
    }

    /// False where it is too much.
    mutating func take(_ count: Int, now: MonotonicTime) -> Bool {
        guard count > 0 else { return true }
        let earned = (now.nanoseconds - lastRefill) / 1_000_000 * Int64(perSecond) / 1000
        if earned > 0 {
            left = min(burst, left + Int(clamping: earned))
            lastRefill = now.nanoseconds
        }
        left -= count
        return left >= 0
    }
}
