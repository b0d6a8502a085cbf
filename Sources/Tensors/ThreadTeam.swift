import Synchronization

/// The threads that run one forward pass together: the leader, who calls `forEach` and at last `dismiss`, and whoever helps.
///
/// Helpers come and go when they like, between two indexes, even in the middle of a `forEach`: indexes are claimed one by
/// one, and the leader claims too, so that a helper that is late, or asleep, or never comes holds up nobody.
///
/// One number carries the protocol: how many indexes of the present job are not claimed yet. A claim takes one off it.
/// While a claimed index is not finished the leader stays in `forEach`, so the job that is found after a claim is the one
/// that the claim belongs to, whatever happened before it; no generation needs to be compared.
public final class ThreadTeam: Sendable {
    /// A team of the leader alone; any number of threads may use it at once.
    public static let alone = ThreadTeam()

    /// Members at the same time, the leader counted: 1 to 64. The numbers that `forEach` gives are all below it, so that
    /// scratch memory for each can be made.
    public let maximumSize: Int

    /// What `forEach` runs; lives on the leader's stack for that call.
    private struct Job {
        let count: Int
        let body: (_ index: Int, _ member: Int) -> Void
    }

    private static let dismissed = -1

    /// Indexes of the job that nobody has claimed yet, 0 between two jobs, or `dismissed`.
    private let unclaimed = Atomic(0)
    /// Indexes of the job that nobody has finished yet.
    private let unfinished = Atomic(0)
    /// The address of the `Job`.
    private let job = Atomic<UInt>(0)
    /// A bit for each member number that is taken; that of the leader always is.
    private let members = Atomic<UInt64>(1)
    /// Helpers wait here for indexes, the leader there for the end of the last ones.
    private let work: ThreadParking, completion: ThreadParking

    /// - Parameter maximumHelpers: 0 to 63; more are taken for 63.
    public init(maximumHelpers: Int = 0) {
        maximumSize = 1 + max(0, min(maximumHelpers, 63))
        work = ThreadParking()
        completion = ThreadParking()
    }

    // MARK: The leader

    /// Runs `body` for every index of `0..<count`, each once, on the leader and its helpers, and returns when all are done.
    ///
    /// Without helpers, and for a single index, this is a loop and costs no more. Only the leader calls it, and not from
    /// within a body.
    /// - Parameter body: gets the index and the number of the member that runs it, 0 for the leader, always below
    ///   `maximumSize`. It runs on several threads at once, so for two indexes it must not touch the same memory.
    public func forEach(_ count: Int, _ body: (_ index: Int, _ member: Int) -> Void) {
        guard count > 1, members.load(ordering: .relaxed) != 1 else {
            for index in 0..<max(0, count) { body(index, 0) }
            return
        }
        precondition(unfinished.load(ordering: .relaxed) == 0, "a body called forEach on the team that runs it")
        // The closure does not escape: a helper reaches it through `job` alone, after a claim, and lets go of it before it
        // reports the index as finished; this call returns only when all are.
        withoutActuallyEscaping(body) { body in
            withUnsafePointer(to: Job(count: count, body: body)) { pointer in
                job.store(UInt(bitPattern: pointer), ordering: .relaxed)
                unfinished.store(count, ordering: .relaxed)
                // The first index is the leader's, so that it need not compete for it.
                unclaimed.store(count - 1, ordering: .sequentiallyConsistent)
                work.wakeAll()
                var done = 1
                body(0, 0)
                while runOne(as: 0) { done += 1 }
                if !finish(done) {
                    completion.wait { unfinished.load(ordering: .sequentiallyConsistent) == 0 }
                }
            }
        }
    }

    /// Ends the team, for good: helpers return. Only the leader calls it, after its last `forEach`.
    public func dismiss() {
        unclaimed.store(Self.dismissed, ordering: .sequentiallyConsistent)
        work.wakeAll()
    }

    // MARK: The helpers

    /// Runs shares of whatever the leader does until the team is dismissed. Called on another thread than the leader's;
    /// it gets the lowest member number that is free. Returns at once if the team was dismissed, or is full.
    public func help() { help { true } }

    /// Likewise, but leaves as soon as `isFree` says so.
    /// - Parameter isFree: asked between two indexes and while there are none, with sequential consistency. A helper that
    ///   sleeps asks again after `recallHelpers`.
    public func help(while isFree: () -> Bool) {
        guard let member = join() else { return }
        defer { members.bitwiseAnd(~(1 << UInt64(member)), ordering: .releasing) }
        while true {
            var done = 0
            while isFree(), runOne(as: member) { done += 1 }
            if done > 0, finish(done) { completion.wakeAll() }
            work.wait { unclaimed.load(ordering: .sequentiallyConsistent) != 0 || !isFree() }
            guard unclaimed.load(ordering: .relaxed) != Self.dismissed, isFree() else { return }
        }
    }

    /// Has helpers that sleep ask again whether they are free; any thread may call it.
    public func recallHelpers() { work.wakeAll() }

    /// The lowest free member number, taken.
    private func join() -> Int? {
        var taken = members.load(ordering: .relaxed)
        while unclaimed.load(ordering: .relaxed) != Self.dismissed {
            let member = (~taken).trailingZeroBitCount
            guard member < maximumSize else { return nil }
            // Acquiring: whoever had the number before is done with the scratch memory that goes with it.
            let (joined, now) = members.compareExchange(
                expected: taken, desired: taken | 1 << UInt64(member), ordering: .acquiring)
            if joined { return member }
            taken = now
        }
        return nil
    }

    // MARK: Claims

    /// Claims an index and runs it; false where none is left.
    private func runOne(as member: Int) -> Bool {
        var left = unclaimed.load(ordering: .relaxed)
        while left > 0 {
            let (claimed, now) = unclaimed.weakCompareExchange(
                expected: left, desired: left - 1, successOrdering: .acquiring, failureOrdering: .relaxed)
            if claimed {
                Self.run(UnsafePointer(bitPattern: job.load(ordering: .relaxed))!, left: left, as: member)
                return true
            }
            left = now
        }
        return false
    }

    /// A call of its own, so that it holds the closure no longer than it runs.
    @inline(never)
    private static func run(_ job: UnsafePointer<Job>, left: Int, as member: Int) {
        job.pointee.body(job.pointee.count - left, member)
    }

    /// Reports indexes as finished; true if they were the last.
    private func finish(_ count: Int) -> Bool {
        unfinished.subtract(count, ordering: .sequentiallyConsistent).newValue == 0
    }
}

extension ThreadTeam {
    /// Runs `body` with a team of the calling thread and `count` more, started for it.
    public static func withHelpers<Result, Failure: Error>(
        _ count: Int, _ body: (ThreadTeam) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        guard count > 0 else { return try body(.alone) }
        let team = ThreadTeam(maximumHelpers: count)
        for _ in 1..<team.maximumSize { PlainThread.start { team.help() } }
        defer { team.dismiss() }
        return try body(team)
    }
}
