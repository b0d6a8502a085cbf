import Synchronization

/// A value for whoever asks first. Copies of what holds it share it, so that none keeps it in memory once it was taken.
final class Handover<Value: Sendable>: Sendable {
    private let value: Mutex<Value?>

    init(_ value: Value) {
        self.value = Mutex(value)
    }

    /// Nil for all but the first.
    func take() -> Value? {
        value.withLock { value in
            let taken = value
            value = nil
            return taken
        }
    }
}
