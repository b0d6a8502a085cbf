import Models
import Tokenizers

extension InferenceEngine {
    /// `POST /v1/embeddings`.
    /// - Throws: `InferenceError`.
    public func embed(
        _ inputs: EmbeddingInputs, model name: String?, _ options: EmbeddingOptions
    ) async throws(InferenceError) -> EmbeddingsResult {
        let model = try registry.model(named: name, for: .embeddings)
        let plan = try EmbeddingPlan(options, of: model)
        var timings = InferenceTimings()
        let (encodings, tokens): ([Encoding], MemoryBudget.Reservation)
        switch inputs {
        case .texts(let texts):
            let prepared = try model.prepared(texts, promptName: options.promptName)
            (encodings, tokens) = try await encode(prepared, with: model, truncates: options.truncates, &timings)
        case .tokens(let lists):
            guard options.promptName == nil else { throw .promptBeforeTokens }
            (encodings, tokens) = try encode(lists, with: model, truncates: options.truncates)
        }
        defer { withExtendedLifetime(tokens) {} }
        let bytes = encodings.reduce(0) { $0 + plan.valueCount(tokens: $1.count) } * MemoryLayout<Float>.stride
        guard bytes <= answerMemory.total else { throw .embeddingsTooLarge(bytes: bytes, maximum: answerMemory.total) }
        guard let reservation = answerMemory.reserve(bytes) else { throw .answerMemoryFull }
        var outputs = try await run(encodings.map { plan.input($0.ids, $0.typeIDs) }, on: model, &timings, holding: reservation)
        var vectors: [[Float]] = []
        for index in outputs.indices {
            guard let values = plan.values(of: outputs[index]), values.allSatisfy(\.isFinite) else { throw .notANumber(model: model.name) }
            vectors.append(values)
            // What has been cut need not be held twice.
            outputs[index] = SequenceOutput()
        }
        return EmbeddingsResult(
            model: model.name, vectors: vectors, dimensions: plan.dimensions, isPerToken: plan.isPerToken, tokenCount: encodings.tokenCount,
            timings: timings, reservation: reservation)
    }

    /// Ids that the client has, as the tokenizer would give them.
    private func encode(
        _ lists: [[Int]], with model: ServedModel, truncates: Bool
    ) throws(InferenceError) -> ([Encoding], MemoryBudget.Reservation) {
        let reservation = try reserveTokens(lists.lazy.map(\.count), of: model)
        var encodings: [Encoding] = []
        for (index, ids) in lists.enumerated() { encodings.append(try model.encode(tokens: ids, input: index, truncates: truncates)) }
        try checkTokenCount(encodings)
        return (encodings, reservation)
    }
}

extension ServedModel {
    /// The texts behind a prompt, and lowercased where the checkpoint's files say so.
    /// - Parameter promptName: nil takes the default one, if there is any.
    /// - Throws: `InferenceError.promptNotFound`.
    func prepared(_ texts: [String], promptName: String?) throws(InferenceError) -> [TextInput] {
        var prompt = ""
        if let name = promptName ?? sentences.defaultPromptName {
            guard let known = sentences.prompts[name] else {
                throw .promptNotFound(String(name.prefix(100)), available: sentences.prompts.keys.sorted())
            }
            prompt = known
        }
        return texts.map { text in
            let text = prompt.isEmpty ? text : prompt + text
            return TextInput(text: sentences.lowercases ? text.lowercased() : text)
        }
    }
}
