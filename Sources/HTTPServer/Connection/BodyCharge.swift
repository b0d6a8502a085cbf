import Synchronization

/// What one request's body takes from the budget, from its first byte on.
///
/// The request's exchange gives it back with the answer. Where the client leaves before, the handler still has the body:
/// its task holds the charge too, and the last to let go of it gives it back.
final class BodyCharge: Sendable {
    private let budget: ByteBudget
    private let bytes = Atomic<Int>(0)

    init(_ budget: ByteBudget) {
        self.budget = budget
    }

    deinit {
        giveBack()
    }

    /// Takes what is missing to `total` bytes; false where it does not fit. Called by the connection alone, before `giveBack`.
    func grow(to total: Int) -> Bool {
        let missing = total - bytes.load(ordering: .relaxed)
        guard missing > 0 else { return true }
        guard budget.take(missing) else { return false }
        bytes.store(total, ordering: .relaxed)
        return true
    }

    /// To be called as often as one likes.
    func giveBack() {
        let held = bytes.exchange(0, ordering: .relaxed)
        if held > 0 { budget.giveBack(held) }
    }
}
