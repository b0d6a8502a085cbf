import Models
import Synchronization
import TestSupport
import Tensors
import Testing
import Tokenizers

@testable import Inference

@Suite("Workers that help each other", .timeLimit(.minutes(5)))
struct TeamworkTests {
    /// A model whose forward passes are what the test says, by the first token of the batch.
    private struct ScriptedModel: Model {
        var summary: ModelSummary { GatedModel().summary }
        let script: @Sendable (_ first: Int32, _ team: ThreadTeam) -> Void

        func makeWorkspace() {}

        func forward(_ batch: PackedBatch, in workspace: Void, team: ThreadTeam) -> [SequenceOutput] {
            script(batch.sequences[0].ids[0], team)
            return batch.sequences.map { SequenceOutput(logits: [Float($0.ids[0])]) }
        }

        func served() throws -> ServedModel {
            let directory = Repository.smallModel("gelu-f32")
            return ServedModel(name: "m", directory: directory, model: self, tokenizer: try Tokenizer(directory: directory))
        }
    }

    private final class Flag: Sendable {
        private let flag = Atomic(false)

        var isSet: Bool { flag.load(ordering: .acquiring) }
        func set() { flag.store(true, ordering: .releasing) }
    }

    private func queue(workers: Int) -> BatchQueue {
        let queue = BatchQueue(policy: BatchPolicy(), capacity: .init(sequences: 100, tokens: 1000), workers: workers)
        WorkerPool.start(count: workers, on: queue)
        return queue
    }

    private static func compute(_ team: ThreadTeam, until done: () -> Bool) {
        while !done() { team.forEach(8) { _, _ in } }
    }

    /// Runs jobs until that many members have taken part.
    private static func waitForMembers(_ count: Int, _ team: ThreadTeam) {
        let seen = Atomic<UInt64>(0)
        while seen.load(ordering: .relaxed).nonzeroBitCount < count {
            team.forEach(64) { _, member in seen.bitwiseOr(1 << UInt64(member), ordering: .relaxed) }
        }
    }

    @Test("A lone request is computed by all workers", arguments: [2, 3, 5])
    func lone(_ workers: Int) async throws {
        let queue = queue(workers: workers)
        let model = try ScriptedModel { _, team in Self.waitForMembers(workers, team) }.served()
        for id in 1...3 {
            #expect(try await queue.run([.of(Int32(id))], on: model).outputs[0].logits == [Float(id)])
        }
        queue.close()
    }

    @Test("One worker alone has a team of its own only")
    func single() async throws {
        let queue = queue(workers: 1)
        let model = try ScriptedModel { _, team in #expect(team.maximumSize == 1) }.served()
        _ = try await queue.run([.of(1)], on: model)
        queue.close()
    }

    /// A request comes while a helper is in the pass of another, whose leader goes on with `meanwhile` until it is answered.
    private func expectHelperLeaves(_ meanwhile: @escaping @Sendable (_ team: ThreadTeam, _ isAnswered: () -> Bool) -> Void) async throws {
        let queue = queue(workers: 2), helped = Flag(), answered = Flag()
        let model = try ScriptedModel { first, team in
            guard first == 1 else { return }
            Self.waitForMembers(2, team)
            helped.set()
            meanwhile(team) { answered.isSet }
        }.served()
        let long = Task { try await queue.run([.of(1)], on: model).outputs[0].logits }
        try await until { helped.isSet }
        #expect(try await queue.run([.of(2)], on: model).outputs[0].logits == [2])
        answered.set()
        #expect(try await long.value == [1])
        queue.close()
    }

    @Test("A helper leaves for a request that comes, which is answered while the first is still computed")
    func leaves() async throws {
        try await expectHelperLeaves { team, isAnswered in Self.compute(team, until: isAnswered) }
    }

    @Test("A helper leaves even while its leader gives it nothing to do")
    func leavesAsleep() async throws {
        try await expectHelperLeaves { _, isAnswered in while !isAnswered() {} }
    }

    @Test("Requests that come together get a worker each, and who is done first helps the other")
    func oneEach() async throws {
        let queue = queue(workers: 2), together = Atomic(0)
        let model = try ScriptedModel { first, team in
            together.add(1, ordering: .relaxed)
            while together.load(ordering: .relaxed) < 2 {}
            if first == 1 { Self.waitForMembers(2, team) }
        }.served()
        async let first = queue.run([.of(1)], on: model)
        async let second = queue.run([.of(2)], on: model)
        #expect(try await first.outputs.count == 1)
        #expect(try await second.outputs.count == 1)
        queue.close()
    }
}
