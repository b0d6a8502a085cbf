/// Tells when a descriptor can be read or written. Used on one event loop only.
///
/// Level-triggered: while reading (or writing) is wanted and possible, the callback comes again and again. A callback may also come without
/// need; the call that follows then says that it would block.
/// This is all a connection needs of the loop, so that another mechanism can take epoll's place behind it.
protocol Readiness: AnyObject {
    func setInterest(reading: Bool, writing: Bool)

    /// Ends all callbacks; then the descriptor is watched no more and can be closed.
    func cancel()
}
