import HTTPCore

/// The content of a request while it arrives, counted against what the requests of all connections may hold.
struct RequestBody: Sendable {
    private(set) var bytes: [UInt8] = []
    /// What it takes from the budget; nil while it is empty.
    private(set) var charge: BodyCharge?
    private let budget: ByteBudget

    /// - Parameter expected: the length that the client has promised.
    init(_ budget: ByteBudget, expected: Int = 0) {
        self.budget = budget
        // Not all of it: it is a promise so far.
        bytes.reserveCapacity(min(expected, 64 * 1024))
    }

    var count: Int { bytes.count }

    mutating func append(_ more: some Sequence<UInt8>) {
        bytes.append(contentsOf: more)
    }

    /// Takes from the budget what has come since the last time.
    ///
    /// - Throws: 429 where it does not fit.
    mutating func takeRoom() throws(HTTPError) {
        guard !bytes.isEmpty else { return }
        let charge = self.charge ?? BodyCharge(budget)
        self.charge = charge
        guard charge.grow(to: bytes.count) else {
            throw .overloaded("the request bodies under way fill the limit of \(budget.limit) bytes for all of them; try again in a second")
        }
    }
}
