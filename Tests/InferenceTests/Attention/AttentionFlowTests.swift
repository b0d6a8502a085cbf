import Dispatch
import Synchronization
import Testing

@testable import Inference

@Suite("Attention flow")
struct AttentionFlowTests {
    private func flow(_ layers: [AttentionLayer]) -> AttentionFlow {
        var flow = AttentionFlow(tokens: layers[0].tokens)
        for layer in layers { flow.append(layer) }
        return flow
    }

    @Test("It agrees with networkx", arguments: AttentionGolden.names)
    func goldens(_ name: String) async throws {
        let golden = try AttentionGolden(named: name)
        expectAgreement(try await flow(golden.attentionLayers).values(), golden.flow)
    }

    @Test("What flows through the middle of many layers is the maximum of nearly every pair, and of no pair another number", arguments: [
        "deeper", "deep", "even", "windowed", "ties",
    ])
    func middle(_ name: String) async throws {
        let golden = try AttentionGolden(named: name), tokens = golden.tokens
        let flow = AttentionFlow(tokens: tokens)
        let capacities = golden.attentionLayers.map { flow.amounts($0.withResidual()) }
        var middle = try await MiddleFlows(tokens: tokens, capacities: capacities) { false }
        var network = FlowNetwork(tokens: tokens, capacities: capacities)
        var known = 0
        for source in 0..<tokens {
            for (sink, maximum) in middle.maxima(from: source).enumerated() {
                guard let maximum else { continue }
                known += 1
                #expect(maximum == network.maximumFlow(from: source, to: sink))
            }
        }
        if name == "deeper" { #expect(known > tokens * tokens / 2) }
    }

    @Test("Through one layer flows what its edge can carry, and nothing flows from no tokens")
    func small() async throws {
        let layer = AttentionLayer(weights: [0.25, 0.75, 1, 0], heads: 1, tokens: 2)
        #expect(try await flow([layer]).values() == [0.625, 0.375, 0.5, 0.5])
        #expect(try await flow([AttentionLayer(weights: [], heads: 1, tokens: 0)]).values() == [])
    }

    @Test("More than 64 tokens flow as well, to a token that all look at and between neighbours", arguments: [64, 65, 130])
    func words(_ tokens: Int) async throws {
        var weights = [Float](repeating: 0, count: tokens * tokens)
        for query in 0..<tokens { weights[query * tokens + tokens - 1] = 1 }
        let layer = AttentionLayer(weights: weights, heads: 1, tokens: tokens)
        let values = try await flow([layer, layer]).values()
        for output in 0..<tokens {
            for input in 0..<tokens {
                let expected: Float = input == tokens - 1 ? 1 : input == output ? 0.5 : 0
                #expect(values[output * tokens + input] == expected)
            }
        }
    }

    @Test("It ends when it is cancelled, between two tokens")
    func cancellation() async throws {
        let golden = try AttentionGolden(named: "deep")
        let flow = flow(golden.attentionLayers)
        await #expect(throws: InferenceError.cancelled) { try await flow.values { true } }
        var asked = 0
        await #expect(throws: InferenceError.cancelled) {
            try await flow.values {
                asked += 1
                return asked == golden.tokens + 3
            }
        }
        #expect(asked == golden.tokens + 3)
    }

    @Test("Others have their turn on its thread between two tokens")
    func turns() async throws {
        let executor = CountingExecutor(), flow = flow(try AttentionGolden(named: "deep").attentionLayers)
        let values = try await Task(executorPreference: executor) { try await flow.values() }.value
        #expect(values.count == flow.tokens * flow.tokens && executor.turns.withLock { $0 } > flow.tokens)
    }

    @Test("Too much work is refused with the tokens that are allowed")
    func limits() async throws {
        let flow = flow(try AttentionGolden(named: "sharp").attentionLayers)
        let hard = AttentionFlow.maximumTokens(layers: 4, isHard: true)
        await #expect(throws: InferenceError.flowTooLarge(tokens: 12, maximum: hard)) { try await flow.values(maximumSteps: 10) }
        for layers in [1, 6, 7, 8, 12, 24, 48] {
            let maximum = AttentionFlow.maximumTokens(layers: layers)
            #expect(AttentionFlow.cost(tokens: maximum, layers: layers) <= AttentionFlow.maximumCost)
            #expect(AttentionFlow.cost(tokens: maximum + 1, layers: layers) > AttentionFlow.maximumCost)
            #expect(throws: Never.self) { try AttentionFlow.check(tokens: maximum, layers: layers) }
            #expect(throws: InferenceError.flowTooLarge(tokens: maximum + 1, maximum: maximum)) {
                try AttentionFlow.check(tokens: maximum + 1, layers: layers)
            }
        }
        #expect(AttentionFlow.maximumTokens(layers: 12, isHard: true) < AttentionFlow.maximumTokens(layers: 12))
    }
}

/// Counts how often a task begins or goes on.
private final class CountingExecutor: TaskExecutor {
    let turns = Mutex(0)

    func enqueue(_ job: consuming ExecutorJob) {
        turns.withLock { $0 += 1 }
        let job = UnownedJob(job)
        DispatchQueue.global().async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
