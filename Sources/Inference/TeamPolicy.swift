/// Who computes together: one request alone gets all workers, many get one each. A pure value.
///
/// What waits comes first: a worker that is free takes a batch, and helps with another's only while nothing waits. It
/// leaves again when something comes, within one share of a product, so that as many requests as there are workers get
/// one each, in whatever order they came.
public struct TeamPolicy: Sendable, Equatable {
    /// Workers in one pass, 1 to 64. Shares get smaller with each more, and what a member costs does not.
    public var maximumMembers: Int

    public init(maximumMembers: Int = 16) {
        self.maximumMembers = maximumMembers
    }

    /// A forward pass under way.
    public struct Pass: Sendable, Equatable {
        public var cost: Int
        /// Workers that compute it.
        public var members: Int

        public init(cost: Int, members: Int) {
            self.cost = cost
            self.members = members
        }
    }

    /// The pass that a free worker helps: the one with the most for each of its members.
    /// - Returns: its place in the list; nil when something waits, or no pass has room.
    public func passToHelp(_ passes: [Pass], waitingSequences: Int) -> Int? {
        guard waitingSequences == 0 else { return nil }
        return passes.indices.filter { passes[$0].members < maximumMembers }
            .max { passes[$0].cost * passes[$1].members < passes[$1].cost * passes[$0].members }
    }

    /// How many sleeping workers are woken for sequences that come: one each, and a second for a single one, to help.
    public func workersToWake(newSequences: Int, asleep: Int) -> Int {
        min(asleep, max(newSequences, min(2, maximumMembers)))
    }

    /// How many sleeping workers one wakes that has begun or joined a pass: two, who wake two more each, so that a large
    /// team is soon together.
    public func workersToWake(joined pass: Pass, waitingSequences: Int, asleep: Int) -> Int {
        waitingSequences == 0 ? max(0, min(2, asleep, maximumMembers - pass.members)) : 0
    }
}
