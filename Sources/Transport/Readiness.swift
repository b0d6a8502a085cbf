/// Tells when a descriptor can be read or written. Used on one event loop only.
///
/// Level-triggered: while reading (or writing) is resumed and possible, the callback comes again and again.
/// This is all a connection needs of the loop, so that another mechanism can take Dispatch's place behind it.
protocol Readiness: AnyObject {
    func setInterest(reading: Bool, writing: Bool)

    /// Ends all callbacks. `completion` runs on the loop when the descriptor is watched no more and can be closed.
    func cancel(_ completion: @escaping @Sendable () -> Void)
}
