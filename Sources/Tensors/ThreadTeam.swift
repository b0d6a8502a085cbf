/// The threads that run one forward pass together: the leader, who calls `forEach`, and whoever helps.
public final class ThreadTeam: Sendable {
    /// A team of the leader alone.
    public static let alone = ThreadTeam()

    public init() {}

    /// The most members that there can be.
    public var maximumSize: Int { 1 }

    /// Runs `body` for every index of `0..<count`, each once, on the leader and its helpers, and returns when all are done.
    /// - Parameter body: gets the index and the number of the member that runs it, 0 for the leader.
    public func forEach(_ count: Int, _ body: (_ index: Int, _ member: Int) -> Void) {
        for index in 0..<count { body(index, 0) }
    }
}
