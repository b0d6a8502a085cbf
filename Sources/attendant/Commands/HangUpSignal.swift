import Dispatch
import Glibc

/// SIGHUP, by which a server is told to read its files again.
final class HangUpSignal {
    private let source: any DispatchSourceSignal

    init(_ onSignal: @escaping @Sendable () -> Void) {
        signal(SIGHUP, SIG_IGN)
        source = DispatchSource.makeSignalSource(signal: SIGHUP, queue: .global())
        source.setEventHandler { onSignal() }
        source.resume()
    }
}
