import Synchronization

/// Bytes that answers may hold together before they are sent; a share comes back when its last reference goes.
final class MemoryBudget: Sendable {
    let total: Int
    private let used = Mutex(0)

    init(total: Int) {
        self.total = total
    }

    /// - Returns: nil when that much is not free now.
    func reserve(_ bytes: Int) -> Reservation? {
        let fits = used.withLock { used in
            guard bytes <= total - used else { return false }
            used += bytes
            return true
        }
        return fits ? Reservation(bytes, of: self) : nil
    }

    final class Reservation: Sendable {
        private let bytes: Int
        private let budget: MemoryBudget

        fileprivate init(_ bytes: Int, of budget: MemoryBudget) {
            self.bytes = bytes
            self.budget = budget
        }

        deinit { budget.used.withLock { $0 -= bytes } }
    }
}
