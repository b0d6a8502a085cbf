import Synchronization

/// The certificates of a listener, which may be read again while it listens: new connections use the new ones.
public final class TLSCredentials: Sendable {
    private let configuration: TLSConfiguration
    private let context: Mutex<TLSContext>

    /// - Throws: `TLSError` with the file that cannot be used.
    public init(_ configuration: TLSConfiguration) throws(TLSError) {
        self.configuration = configuration
        context = Mutex(try TLSContext(configuration))
    }

    /// Reads the files again.
    ///
    /// - Throws: `TLSError` with the file that cannot be used; then all stays as it is.
    public func reload() throws(TLSError) {
        let new = try TLSContext(configuration)
        context.withLock { $0 = new }
    }

    public var current: TLSContext {
        context.withLock { $0 }
    }
}
