import Dispatch
import Synchronization
import Testing

@testable import Tensors

@Suite("A thread team", .timeLimit(.minutes(5)))
struct ThreadTeamTests {
    /// How often each index was run, and by members of which numbers.
    private final class Record: Sendable {
        private let runs: Mutex<(counts: [Int], members: Set<Int>)>

        init(_ count: Int) {
            runs = Mutex((Array(repeating: 0, count: count), []))
        }

        func add(_ index: Int, _ member: Int) {
            runs.withLock {
                $0.counts[index] += 1
                $0.members.insert(member)
            }
        }

        var counts: [Int] { runs.withLock { $0.counts } }
        var members: Set<Int> { runs.withLock { $0.members } }
    }

    /// Starts threads that help the team; the group is empty when all have returned.
    private func start(_ helpers: Int, of team: ThreadTeam, _ help: @escaping @Sendable (ThreadTeam) -> Void = { $0.help() }) -> DispatchGroup {
        let group = DispatchGroup()
        for _ in 0..<helpers {
            group.enter()
            PlainThread.start {
                help(team)
                group.leave()
            }
        }
        return group
    }

    /// Runs jobs until a helper has taken part in one.
    private func waitForHelper(_ team: ThreadTeam) {
        let helped = Atomic(false)
        while !helped.load(ordering: .relaxed) {
            team.forEach(2) { _, member in if member > 0 { helped.store(true, ordering: .relaxed) } }
        }
    }

    @Test("The leader alone runs every index once, in order", arguments: [0, 1, 2, 17])
    func alone(_ count: Int) {
        var seen: [Int] = []
        ThreadTeam.alone.forEach(count) { index, member in
            seen.append(index)
            #expect(member == 0)
        }
        #expect(seen == Array(0..<count))
        #expect(ThreadTeam.alone.maximumSize == 1)
    }

    @Test("Every index is run exactly once, whoever helps, by members below the team's maximum", arguments: [1, 2, 3, 8])
    func once(_ helpers: Int) {
        ThreadTeam.withHelpers(helpers) { team in
            for count in [0, 1, 2, 3, 7, 64, 1000] {
                let record = Record(count)
                team.forEach(count) { record.add($0, $1) }
                #expect(record.counts.allSatisfy { $0 == 1 })
                #expect(record.members.allSatisfy { (0..<team.maximumSize).contains($0) })
            }
        }
    }

    @Test("Two members really compute at the same time")
    func parallel() {
        let team = ThreadTeam(maximumHelpers: 1), group = start(1, of: team)
        waitForHelper(team)
        // Each waits for the other: one thread alone would never return.
        let arrived = Atomic(0)
        team.forEach(2) { _, _ in
            arrived.add(1, ordering: .relaxed)
            while arrived.load(ordering: .relaxed) < 2 {}
        }
        team.dismiss()
        group.wait()
    }

    @Test("What members wrote is there when the job is over, for thousands of jobs, with helpers that come late and leave")
    func stress() {
        let helpers = 3
        let team = ThreadTeam(maximumHelpers: helpers), isOver = Atomic(false)
        // More threads than there is room for; each leaves and comes again.
        let group = DispatchGroup()
        for _ in 0..<helpers + 2 {
            group.enter()
            PlainThread.start {
                while !isOver.load(ordering: .relaxed) {
                    var patience = Int.random(in: 0...300)
                    team.help {
                        patience -= 1
                        return patience > 0
                    }
                }
                group.leave()
            }
        }
        let values = UnsafeMutablePointer<Int>.allocate(capacity: 64)
        let scratch = UnsafeMutablePointer<Int>.allocate(capacity: team.maximumSize)
        defer {
            values.deallocate()
            scratch.deallocate()
        }
        scratch.initialize(repeating: 0, count: team.maximumSize)
        values.initialize(repeating: 0, count: 64)
        var wrong = 0
        for job in 0..<20_000 {
            let count = job % 64 + 1
            team.forEach(count) { index, member in
                scratch[member] += 1  // a race unless a number belongs to one member at a time
                values[index] = job * 1000 + index
            }
            for index in 0..<count where values[index] != job * 1000 + index { wrong += 1 }
        }
        #expect(wrong == 0)
        var expected = 0, counted = 0
        for job in 0..<20_000 { expected += job % 64 + 1 }
        for member in 0..<team.maximumSize { counted += scratch[member] }
        #expect(counted == expected)
        team.dismiss()
        isOver.store(true, ordering: .relaxed)
        group.wait()
    }

    @Test("Helpers that fell asleep are woken by the next job, and by the dismissal")
    func asleep() {
        let team = ThreadTeam(maximumHelpers: 2), group = start(2, of: team)
        for _ in 0..<3 {
            waitForHelper(team)
            // Far beyond the time that a helper stays awake for.
            let start = ContinuousClock.now
            while ContinuousClock.now - start < .milliseconds(2) {}
        }
        team.dismiss()
        group.wait()
    }

    @Test("A helper that is called back leaves, and its number goes to the next")
    func recalled() {
        let team = ThreadTeam(maximumHelpers: 1), isFree = Atomic(true)
        let first = start(1, of: team) { $0.help { isFree.load(ordering: .sequentiallyConsistent) } }
        waitForHelper(team)
        isFree.store(false, ordering: .sequentiallyConsistent)
        team.recallHelpers()
        first.wait()
        let second = start(1, of: team)
        waitForHelper(team)
        team.dismiss()
        second.wait()
    }

    @Test("Who comes to help a dismissed team, or one that is full, returns at once")
    func refused() {
        let dismissed = ThreadTeam(maximumHelpers: 1)
        dismissed.dismiss()
        dismissed.help()
        ThreadTeam.alone.help()
    }

    @Test("A team has at most 64 members", arguments: [(-1, 1), (0, 1), (5, 6), (63, 64), (1000, 64)])
    func size(_ helpers: Int, _ size: Int) {
        #expect(ThreadTeam(maximumHelpers: helpers).maximumSize == size)
    }

    @Test("An error of the body ends the team and is passed on")
    func failing() {
        struct Failure: Error {}
        #expect(throws: Failure.self) {
            try ThreadTeam.withHelpers(2) { _ throws(Failure) in throw Failure() }
        }
        #expect(ThreadTeam.withHelpers(0) { $0.maximumSize } == 1)
    }
}
