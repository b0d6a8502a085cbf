import Glibc

/// A thread of our own: a forward pass blocks for milliseconds, which neither Dispatch's pool (it would grow) nor Swift's
/// (it must not wait) should ever see.
public enum PlainThread {
    /// Starts a detached thread that runs `body` and ends with it.
    public static func start(_ body: @escaping @Sendable () -> Void) {
        let box = Unmanaged.passRetained(Box(body))
        var thread = pthread_t()
        let status = pthread_create(&thread, nil, { argument in
            Unmanaged<Box>.fromOpaque(argument!).takeRetainedValue().body()
            return nil
        }, box.toOpaque())
        precondition(status == 0, "no thread could be made: \(String(cString: strerror(status)))")
        pthread_detach(thread)
    }

    private final class Box: Sendable {
        let body: @Sendable () -> Void

        init(_ body: @escaping @Sendable () -> Void) {
            self.body = body
        }
    }
}
