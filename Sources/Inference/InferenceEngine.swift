import Models
import Tokenizers

/// The tasks, from texts to results: tokenizer, queue, forward pass, head.
public final class InferenceEngine: Sendable {
    public struct Settings: Sendable {
        /// Threads that run forward passes.
        public var workers: Int
        public var maximumBatchTokens: Int
        /// Sequences that may wait; beyond that a request is refused at once.
        public var queueCapacity = 4096
        /// Bytes of attention weights that all unsent answers may hold together, so that no number of clients that
        /// ask for hundreds of megabytes each can exhaust the memory.
        public var attentionMemory = 1 << 30

        public init(workers: Int, maximumBatchTokens: Int) {
            self.workers = workers
            self.maximumBatchTokens = maximumBatchTokens
        }
    }

    public let registry: ModelRegistry
    private let queue: BatchQueue
    private let attentionMemory: MemoryBudget

    /// Starts the workers; they end with `shutDown()`.
    public init(registry: ModelRegistry, settings: Settings) {
        self.registry = registry
        queue = BatchQueue(
            policy: BatchPolicy(maximumBatchTokens: settings.maximumBatchTokens), capacity: settings.queueCapacity)
        attentionMemory = MemoryBudget(total: settings.attentionMemory)
        WorkerPool.start(count: settings.workers, on: queue)
    }

    /// Takes no more requests; those that wait are still answered.
    public func shutDown() { queue.close() }

    /// `POST /v1/classify`.
    /// - Parameters:
    ///   - function: nil takes what the model's `problem_type` asks for.
    ///   - topK: nil returns all labels.
    /// - Throws: `InferenceError`.
    @concurrent public func classify(
        _ inputs: [TextInput], model name: String?, function: ScoreFunction?, topK: Int?, truncates: Bool
    ) async throws(InferenceError) -> ClassifyResult {
        let model = try registry.model(named: name, for: .classify)
        guard let labels = model.summary.classification else {
            throw .taskNotSupported(.classify, model: model.name, supported: model.tasks)
        }
        var timings = InferenceTimings()
        let encodings = try encode(inputs, with: model, truncates: truncates, &timings)
        let sequences = encodings.map { SequenceInput(ids: $0.ids, typeIDs: $0.typeIDs, wantsLogits: true) }
        let outputs = try await run(sequences, on: model, &timings)
        var predictions: [[LabelScore]] = []
        for output in outputs {
            guard let logits = output.logits, logits.allSatisfy(\.isFinite) else { throw .notANumber(model: model.name) }
            predictions.append(labels.ranked(logits, function ?? labels.defaultFunction, topK: topK))
        }
        return ClassifyResult(
            model: model.name, predictions: predictions, tokenCount: encodings.reduce(0) { $0 + $1.ids.count },
            timings: timings)
    }

    /// `POST /v1/attention`.
    /// - Parameters:
    ///   - layers: nil means all; negative numbers count from the end.
    ///   - heads: likewise.
    /// - Throws: `InferenceError`.
    @concurrent public func attention(
        _ inputs: [TextInput], model name: String?, layers: [Int]?, heads: [Int]?, truncates: Bool
    ) async throws(InferenceError) -> AttentionResult {
        let model = try registry.model(named: name, for: .attention)
        let selection = try AttentionSelection(layers: layers, heads: heads, of: model.summary)
        var timings = InferenceTimings()
        let encodings = try encode(inputs, with: model, truncates: truncates, &timings)
        let bytes = encodings.reduce(0) { $0 + selection.valueCount(tokens: $1.ids.count) } * MemoryLayout<Float>.stride
        guard bytes <= attentionMemory.total else {
            throw .attentionTooLarge(bytes: bytes, maximum: attentionMemory.total)
        }
        guard let reservation = attentionMemory.reserve(bytes) else { throw .overloaded }
        let sequences = encodings.map {
            SequenceInput(ids: $0.ids, typeIDs: $0.typeIDs, wantsLogits: false, attention: selection)
        }
        let weights = try await run(sequences, on: model, &timings).compactMap(\.attention)
        guard weights.allSatisfy(\.isFinite) else { throw .notANumber(model: model.name) }
        return AttentionResult(
            model: model, encodings: encodings, weights: weights, timings: timings, reservation: reservation)
    }

    /// `POST /v1/tokenize`. Nothing is truncated: who asks wants to see the tokens of the whole text.
    /// - Throws: `InferenceError`.
    @concurrent public func tokenize(
        _ inputs: [TextInput], model name: String?, addsSpecialTokens: Bool
    ) async throws(InferenceError) -> TokenizeResult {
        let model = try registry.model(named: name, for: .tokenize)
        let encodings = inputs.map {
            model.tokenizer.encode($0.text, pair: $0.textPair, addSpecialTokens: addsSpecialTokens)
        }
        return TokenizeResult(model: model, encodings: encodings)
    }

    private func encode(
        _ inputs: [TextInput], with model: ServedModel, truncates: Bool, _ timings: inout InferenceTimings
    ) throws(InferenceError) -> [Encoding] {
        let start = ContinuousClock.now
        var encodings: [Encoding] = []
        encodings.reserveCapacity(inputs.count)
        for (number, input) in inputs.enumerated() {
            encodings.append(try model.encode(input, input: number, truncates: truncates))
        }
        timings.tokenize = .now - start
        return encodings
    }

    private func run(
        _ sequences: [SequenceInput], on model: ServedModel, _ timings: inout InferenceTimings
    ) async throws(InferenceError) -> [SequenceOutput] {
        let result = try await queue.run(sequences, on: model)
        timings.queue = result.queueTime
        timings.compute = result.computeTime
        return result.outputs
    }
}
