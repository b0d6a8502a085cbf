import Transport

/// What holds for every connection of a server.
struct ConnectionRules: Sendable {
    let limits: Limits
    let durations: Durations
    let bodyBudget: ByteBudget

    /// The limits' durations in nanoseconds, converted once.
    struct Durations: Sendable {
        var handshake, headerRead, bodyRead, idle, write, exchange, linger, liveness: Int64

        init(_ limits: Limits) {
            handshake = limits.handshakeTimeout.wholeNanoseconds
            headerRead = limits.headerReadTimeout.wholeNanoseconds
            bodyRead = limits.bodyReadTimeout.wholeNanoseconds
            idle = limits.idleTimeout.wholeNanoseconds
            write = limits.writeTimeout.wholeNanoseconds
            exchange = limits.exchangeTimeout.wholeNanoseconds
            linger = limits.lingerTimeout.wholeNanoseconds
            liveness = limits.livenessInterval.wholeNanoseconds
        }
    }

    init(_ limits: Limits, bodyBudget: ByteBudget? = nil) {
        self.limits = limits
        durations = Durations(limits)
        self.bodyBudget = bodyBudget ?? ByteBudget(limit: limits.bodyBytesInTotal)
    }

    /// When a body must have come whole: the time it may take at least, and what its bytes have earned.
    ///
    /// - Parameter start: nanoseconds of the monotonic clock, as the result.
    func bodyDeadline(start: Int64, received: Int) -> Int64 {
        start + durations.bodyRead + Int64(received) * 1_000_000_000 / Int64(max(1, limits.minimumBodyRate))
    }
}
