import Models
import Tokenizers

/// A text's logits, and what its tokens and words have to do with them.
struct ExplainedLogits {
    var logits: [Float]
    var contributions: Contributions
}

extension InferenceEngine {
    /// Hides one word after the other of each text. All variants of all texts are one submission to the queue.
    /// - Parameter label: which logit is explained, from the logits of a text as it is.
    /// - Throws: `InferenceError.occlusionTooLarge`, `.occlusionNotPossible`, and those of the queue.
    func occlude(
        _ encodings: [Encoding], with model: ServedModel, _ timings: inout InferenceTimings, label: ([Float]) -> Int
    ) async throws(InferenceError) -> [ExplainedLogits] {
        guard let maskID = model.occlusionID else { throw .occlusionNotPossible(model: model.name) }
        let plans = encodings.map { OcclusionPlan($0) }
        let count = plans.reduce(0) { $0 + $1.sequenceCount }, tokens = plans.reduce(0) { $0 + $1.tokenCount }
        guard count <= queueCapacity.sequences, tokens <= min(requestTokens, queueCapacity.tokens) else {
            throw .occlusionTooLarge(
                sequences: count, tokens: tokens, maximumSequences: queueCapacity.sequences,
                maximumTokens: min(requestTokens, queueCapacity.tokens))
        }
        let lengths = zip(plans, encodings).lazy.flatMap { repeatElement($1.count, count: $0.sequenceCount) }
        let reservation = try reserveTokens(lengths, of: model)
        let sequences = zip(plans, encodings).flatMap { plan, encoding in
            plan.sequences(hiddenBehind: maskID).map { SequenceInput(ids: $0, typeIDs: encoding.typeIDs, head: .sequenceClassification) }
        }
        let outputs = try await run(sequences, on: model, &timings, holding: reservation)
        var logits = try outputs.finiteLogits(of: model)[...]
        return plans.map { plan in
            let own = logits.prefix(plan.sequenceCount)
            logits = logits.dropFirst(plan.sequenceCount)
            let whole = own[own.startIndex], index = label(whole)
            return ExplainedLogits(logits: whole, contributions: plan.contributions(own.map { $0[index] }))
        }
    }

    /// Follows the attention of all layers and heads from each text's first token.
    /// - Throws: `InferenceError.attentionTooLarge`, `.answerMemoryFull`, and those of the queue.
    func rollOut(
        _ encodings: [Encoding], with model: ServedModel, _ timings: inout InferenceTimings
    ) async throws(InferenceError) -> [ExplainedLogits] {
        let sequences = encodings.map { SequenceInput(ids: $0.ids, typeIDs: $0.typeIDs, head: .sequenceClassification) }
        let logits = try await run(sequences, on: model, &timings).finiteLogits(of: model)
        let selection = try AttentionSelection(layers: nil, heads: nil, parts: .weights, of: model.summary)
        var attention = try await attention(of: encodings, selection, model, timings, .rollout)
        var explained: [ExplainedLogits] = []
        for (index, encoding) in encodings.enumerated() {
            let rollout = try await attention.rollout(of: index)
            explained.append(ExplainedLogits(logits: logits[index], contributions: Contributions(encoding, shares: rollout.values)))
        }
        timings = attention.timings
        return explained
    }
}

extension Contributions {
    /// The shares of a text's tokens and words; those of special tokens that the template added are left out.
    /// - Parameter shares: of each token in what becomes of the first one.
    init(_ encoding: Encoding, shares: [Float]) {
        let words = encoding.words
        self.init(
            tokens: words.flatMap { $0.tokens.map { .init(position: $0, contribution: shares[$0]) } },
            words: words.map { .init(word: $0, contribution: shares[$0.tokens].reduce(0, +)) })
    }
}

extension ServedModel {
    /// What a token is replaced by where it is hidden: the mask token, without one the unknown token, else the pad token.
    /// Nil where the model has an embedding for none of them.
    var occlusionID: Int32? {
        let configuration = tokenizer.configuration
        return [configuration.maskToken, configuration.unkToken, configuration.padToken].lazy
            .compactMap { tokenizer.id(for: $0.content) }.first { $0 < summary.vocabularySize }
    }
}

extension [SequenceOutput] {
    /// - Throws: `InferenceError.notANumber`, also where a sequence has no logits.
    func finiteLogits(of model: ServedModel) throws(InferenceError) -> [[Float]] {
        var logits: [[Float]] = []
        logits.reserveCapacity(count)
        for output in self {
            guard let values = output.logits, values.allSatisfy(\.isFinite) else { throw .notANumber(model: model.name) }
            logits.append(values)
        }
        return logits
    }
}
