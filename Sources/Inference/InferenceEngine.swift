import Models
import Tokenizers

/// The tasks, from texts to results: tokenizer, queue, forward pass, head.
///
/// A task begins on the thread of whoever calls it, an event loop perhaps: short texts are tokenized and queued there,
/// in microseconds and without a hop. All that lasts runs on threads of its own.
public final class InferenceEngine: Sendable {
    public struct Settings: Sendable {
        /// Threads that run forward passes.
        public var workers: Int
        /// Tokens of one forward pass; see `BatchPolicy`.
        public var maximumBatchTokens: Int
        /// Sequences that may wait; beyond that a request is refused at once.
        public var queueSequences = 4096
        /// Tokens that may wait, likewise: a bound on how long the last in line waits.
        public var queueTokens = 1 << 19
        /// Tokens of one request: a client that fills the queue for all others.
        public var requestTokens = 1 << 18
        /// Bytes that the tokens of all requests may take from the tokenizer to the end of their computation: many requests at once, each of
        /// which stays under every bound of its own.
        public var tokenMemory = 1 << 29
        /// Bytes of attention weights, vectors and tokens that all unsent answers may hold together, so that no number of clients
        /// that ask for hundreds of megabytes each can exhaust the memory.
        public var answerMemory = 1 << 30
        /// Bytes of attention that one request may hold even where one layer is less: texts whose layers all fit in are computed at once.
        public var attentionRoom = 1 << 20

        public init(workers: Int, maximumBatchTokens: Int = BatchPolicy.defaultBudget) {
            self.workers = workers
            self.maximumBatchTokens = maximumBatchTokens
        }
    }

    public let registry: ModelRegistry
    private let tokenizers: TokenizerPool
    let queue: BatchQueue
    let answerMemory: MemoryBudget
    let attentionRoom: Int
    private let tokenMemory: MemoryBudget
    let requestTokens: Int
    /// What may wait in the queue.
    let queueCapacity: BatchQueue.Capacity

    /// What a token takes at most: its number, type, range in the text and word, with their arrays' spare room.
    private static let tokenBytes = 32

    /// Starts the workers; they end with `shutDown()`.
    public init(registry: ModelRegistry, settings: Settings) {
        self.registry = registry
        queueCapacity = BatchQueue.Capacity(sequences: settings.queueSequences, tokens: settings.queueTokens)
        queue = BatchQueue(
            policy: BatchPolicy(maximumBatchTokens: settings.maximumBatchTokens), capacity: queueCapacity, workers: settings.workers)
        tokenizers = TokenizerPool(threads: TokenizerPolicy.threads(workers: settings.workers))
        answerMemory = MemoryBudget(total: settings.answerMemory)
        attentionRoom = settings.attentionRoom
        tokenMemory = MemoryBudget(total: settings.tokenMemory)
        requestTokens = settings.requestTokens
        WorkerPool.start(count: settings.workers, on: queue)
    }

    /// Takes no more requests; those that wait are still answered.
    public func shutDown() {
        tokenizers.close()
        queue.close()
    }

    /// `POST /v1/classify`.
    /// - Parameters:
    ///   - function: nil takes what the model's `problem_type` asks for.
    ///   - topK: nil returns all labels.
    ///   - method: how the label of the highest score is explained; nil explains nothing.
    /// - Throws: `InferenceError`.
    public func classify(
        _ inputs: [TextInput], model name: String?, function: ScoreFunction?, topK: Int?, truncates: Bool, explain method: ExplanationMethod? = nil
    ) async throws(InferenceError) -> ClassifyResult {
        let model = try registry.model(named: name, for: .classify)
        guard let labels = model.summary.classification else {
            throw .taskNotSupported(.classify, model: model.name, supported: model.tasks)
        }
        var timings = InferenceTimings()
        let (encodings, reservation) = try await encode(inputs, with: model, truncates: truncates, &timings)
        defer { withExtendedLifetime(reservation) {} }
        let function = function ?? labels.defaultFunction
        guard let method else {
            let sequences = encodings.map { SequenceInput(ids: $0.ids, typeIDs: $0.typeIDs, head: .sequenceClassification) }
            let logits = try await run(sequences, on: model, &timings).finiteLogits(of: model)
            return ClassifyResult(
                model: model.name, predictions: logits.map { labels.ranked($0, function, topK: topK) }, tokenCount: encodings.tokenCount,
                timings: timings)
        }
        let explained = switch method {
        case .occlusion: try await occlude(encodings, with: model, &timings) { labels.best($0, function).index }
        case .rollout: try await rollOut(encodings, with: model, &timings)
        }
        let explanations = zip(encodings, explained).map { encoding, explained in
            Explanation(
                label: labels.best(explained.logits, function).label, method: method, encoding: encoding,
                tokens: explained.contributions.tokens, words: explained.contributions.words,
                completeness: explained.contributions.completeness)
        }
        return ClassifyResult(
            model: model.name, predictions: explained.map { labels.ranked($0.logits, function, topK: topK) },
            explanations: ExplainedInputs(model: model, inputs: inputs, explanations: explanations, reservation: reservation),
            tokenCount: encodings.tokenCount, timings: timings)
    }

    /// `POST /v1/tokenize`.
    /// - Throws: `InferenceError`.
    public func tokenize(
        _ inputs: [TextInput], model name: String?, addsSpecialTokens: Bool, truncates: Bool
    ) async throws(InferenceError) -> TokenizeResult {
        let model = try registry.model(named: name, for: .tokenize)
        // At worst each byte of a text is a token.
        let bytes = inputs.reduce(0) { $0 + $1.byteCount } * Self.tokenBytes
        guard let reservation = answerMemory.reserve(bytes) else { throw .answerMemoryFull }
        let start = ContinuousClock.now
        let maximum = truncates ? model.maximumTokens : nil
        let encodings = try await tokenizers.encode(inputs, holding: reservation) { text, _ throws(InferenceError) in
            model.tokenizer.encode(
                text.text, pair: text.textPair, addSpecialTokens: addsSpecialTokens, maximumLength: maximum)
        }
        return TokenizeResult(
            model: model, encodings: encodings, timings: InferenceTimings(tokenize: .now - start), reservation: reservation)
    }

    /// The tokens, and the memory that is set aside for them as long as the reservation lives.
    func encode(
        _ inputs: [TextInput], with model: ServedModel, truncates: Bool, _ timings: inout InferenceTimings
    ) async throws(InferenceError) -> ([Encoding], MemoryBudget.Reservation) {
        let start = ContinuousClock.now
        // At worst each byte of a text is a token.
        let reservation = try reserveTokens(inputs.lazy.map(\.byteCount), of: model)
        let encodings = try await tokenizers.encode(inputs, holding: reservation) { text, index throws(InferenceError) in
            try model.encode(text, input: index, truncates: truncates)
        }
        timings.tokenize = .now - start
        try checkTokenCount(encodings)
        return (encodings, reservation)
    }

    /// Memory for inputs of at most these numbers of tokens; what exceeds the model's maximum is cut or refused.
    func reserveTokens(_ counts: some Sequence<Int>, of model: ServedModel) throws(InferenceError) -> MemoryBudget.Reservation {
        let bound = counts.reduce(0) { $0 + min($1, model.maximumTokens) }
        guard let reservation = tokenMemory.reserve(bound * Self.tokenBytes) else { throw .overloaded }
        return reservation
    }

    func checkTokenCount(_ encodings: [Encoding]) throws(InferenceError) {
        let count = encodings.tokenCount
        guard count <= requestTokens else { throw .tooManyTokens(count, maximum: requestTokens) }
    }

    func run(
        _ sequences: [SequenceInput], on model: ServedModel, _ timings: inout InferenceTimings,
        holding held: (any Sendable)? = nil
    ) async throws(InferenceError) -> [SequenceOutput] {
        let result = try await queue.run(sequences, on: model, holding: held)
        timings.queue = result.queueTime
        timings.compute = result.computeTime
        return result.outputs
    }
}
