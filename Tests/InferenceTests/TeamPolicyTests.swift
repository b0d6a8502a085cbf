import Testing

@testable import Inference

@Suite("The team policy")
struct TeamPolicyTests {
    private let policy = TeamPolicy(maximumMembers: 4)

    private func pass(_ cost: Int, _ members: Int = 1) -> TeamPolicy.Pass { TeamPolicy.Pass(cost: cost, members: members) }

    @Test("A free worker helps with the only pass while nothing waits")
    func lone() {
        #expect(policy.passToHelp([pass(12)], waitingSequences: 0) == 0)
        #expect(policy.passToHelp([], waitingSequences: 0) == nil)
    }

    @Test("What waits comes before help", arguments: [1, 2, 100])
    func waiting(_ count: Int) {
        #expect(policy.passToHelp([pass(500)], waitingSequences: count) == nil)
    }

    @Test("Help goes where there is most for each member, and no team gets too large")
    func choice() {
        #expect(policy.passToHelp([pass(12), pass(500), pass(40)], waitingSequences: 0) == 1)
        #expect(policy.passToHelp([pass(500, 3), pass(200, 1)], waitingSequences: 0) == 1)
        #expect(policy.passToHelp([pass(500, 4), pass(12, 3)], waitingSequences: 0) == 1)
        #expect(policy.passToHelp([pass(500, 4), pass(12, 4)], waitingSequences: 0) == nil)
    }

    @Test("A single sequence wakes a worker and one that helps; several wake one each, of those that sleep")
    func wakes() {
        #expect(policy.workersToWake(newSequences: 1, asleep: 8) == 2)
        #expect(policy.workersToWake(newSequences: 1, asleep: 1) == 1)
        #expect(policy.workersToWake(newSequences: 5, asleep: 8) == 5)
        #expect(policy.workersToWake(newSequences: 5, asleep: 0) == 0)
        #expect(TeamPolicy(maximumMembers: 1).workersToWake(newSequences: 1, asleep: 8) == 1)
    }

    @Test("Who joins a pass wakes two more, unless something waits or the team is full")
    func more() {
        #expect(policy.workersToWake(joined: pass(12), waitingSequences: 0, asleep: 8) == 2)
        #expect(policy.workersToWake(joined: pass(12, 3), waitingSequences: 0, asleep: 8) == 1)
        #expect(policy.workersToWake(joined: pass(12, 4), waitingSequences: 0, asleep: 8) == 0)
        #expect(policy.workersToWake(joined: pass(12), waitingSequences: 0, asleep: 1) == 1)
        #expect(policy.workersToWake(joined: pass(12), waitingSequences: 3, asleep: 8) == 0)
    }
}
