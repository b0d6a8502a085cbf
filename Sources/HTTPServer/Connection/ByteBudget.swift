import Synchronization

/// Bytes that all connections of a server may hold together. Taken and given back on any event loop.
final class ByteBudget: Sendable {
    /// Bytes.
    let limit: Int
    private let taken = Atomic<Int>(0)

    init(limit: Int) {
        self.limit = limit
    }

    /// Bytes that are held now.
    var used: Int { taken.load(ordering: .relaxed) }

    /// Takes all of `bytes`, or nothing where they do not fit.
    func take(_ bytes: Int) -> Bool {
        var current = taken.load(ordering: .relaxed)
        // Adding first and taking back what is too much would turn others away in between, though there is room for them.
        while bytes <= limit - current {
            let (exchanged, original) = taken.compareExchange(
                expected: current, desired: current + bytes, ordering: .relaxed)
            if exchanged { return true }
            current = original
        }
        return false
    }

    func giveBack(_ bytes: Int) {
        taken.wrappingSubtract(bytes, ordering: .relaxed)
    }
}
