/// Why a request was not answered. Each says what was wrong; what is the client's to mend says how.
public enum InferenceError: Error, Equatable, Sendable {
    case modelNotFound(name: String, available: [String])
    /// The model is listed, but it could not be loaded.
    case modelFailed(name: String, reason: String)
    /// No model was named, and none that is ready does this task.
    case noModelForTask(ModelTask)
    case taskNotSupported(ModelTask, model: String, supported: [ModelTask])
    /// `input` counts from 0.
    case inputTooLong(input: Int, tokens: Int, maximum: Int)
    case inputWithoutTokens(input: Int)
    /// All texts of the request together.
    case tooManyTokens(Int, maximum: Int)
    /// The tokenizer and the weights disagree about this text.
    case inputBeyondModel(input: Int, reason: String)
    /// `position` is the place in the caller's list.
    case layerOutOfRange(position: Int, layer: Int, count: Int)
    case headOutOfRange(position: Int, head: Int, count: Int)
    /// The same layer or head, perhaps counted from the other end, twice.
    case repeatedSelection(field: String, number: Int)
    /// The weights asked for are more than one answer may hold.
    case attentionTooLarge(bytes: Int, maximum: Int)
    /// The attention flow of so many tokens takes too long.
    case flowTooLarge(tokens: Int, maximum: Int)
    /// Hiding word after word makes more variants of the texts than one request may send.
    case occlusionTooLarge(sequences: Int, tokens: Int, maximumSequences: Int, maximumTokens: Int)
    /// The vocabulary has no token to hide a word behind.
    case occlusionNotPossible(model: String)
    /// `numbers` of the pooling, where the layers behind it read `needed`.
    case poolingNotPossible(EmbeddingPooling, numbers: Int, needed: Int)
    /// Of a vector.
    case dimensionsOutOfRange(Int, maximum: Int)
    case promptNotFound(String, available: [String])
    /// A prompt was asked for, and the inputs are token ids.
    case promptBeforeTokens
    /// The vectors asked for are more than one answer may hold.
    case embeddingsTooLarge(bytes: Int, maximum: Int)
    /// The queue is full.
    case overloaded
    /// The memory for answers that are not sent yet is full.
    case answerMemoryFull
    case shuttingDown
    /// The client went away, or its deadline passed.
    case cancelled
    /// The model computed something that is not a number.
    case notANumber(model: String)
}

extension InferenceError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .modelNotFound(let name, let available):
            "there is no model '\(name)'; these exist: \(available.joined(separator: ", "))"
        case .modelFailed(let name, let reason): "the model '\(name)' could not be loaded: \(reason)"
        case .noModelForTask(let task): "no model is ready that does the task '\(task.rawValue)'"
        case .taskNotSupported(let task, let model, let supported):
            "the model '\(model)' does not do '\(task.rawValue)'; it does: \(supported.map(\.rawValue).joined(separator: ", "))"
        case .inputTooLong(_, let tokens, let maximum):
            "the text has \(tokens) tokens and the model takes \(maximum); send a shorter one, or leave truncation on"
        case .inputWithoutTokens: "the text has no tokens; send one that has"
        case .tooManyTokens(let count, let maximum):
            "the texts have \(count) tokens in all; send at most \(maximum) in one request"
        case .inputBeyondModel(_, let reason): reason
        case .layerOutOfRange(_, let layer, let count): Self.outOfRange("layer", layer, count)
        case .headOutOfRange(_, let head, let count): Self.outOfRange("head", head, count)
        case .repeatedSelection(_, let number): "number \(number) is asked for twice, counted from either end"
        case .attentionTooLarge(let bytes, let maximum):
            "these are \(bytes >> 20) MiB of weights and one answer may hold \(maximum >> 20); ask for fewer layers, heads or inputs"
        case .flowTooLarge(let tokens, let maximum):
            "the attention flow of \(tokens) tokens takes too long; send at most \(maximum), or ask for fewer layers, or for the rollout"
        case .occlusionTooLarge(let sequences, let tokens, let maximumSequences, let maximumTokens):
            "the text is too long to be explained by occlusion: hiding its words one by one makes \(sequences) sequences of \(tokens) tokens in all, and one request may have \(maximumSequences) of \(maximumTokens); send fewer or shorter texts, or 'explain': 'rollout', which reads a text twice"
        case .occlusionNotPossible(let model):
            "the model '\(model)' has no mask, unknown or pad token to hide a word behind; send 'explain': 'rollout'"
        case .poolingNotPossible(let pooling, let numbers, let needed):
            "'\(pooling.rawValue)' gives \(numbers) numbers, and this model's layers behind its own pooling read \(needed); leave 'pooling' out"
        case .dimensionsOutOfRange(let dimensions, let maximum):
            "vectors of \(dimensions) numbers can't be had: this model's have \(maximum), of which the first 1 to \(maximum) can be asked for"
        case .promptNotFound(let name, let available):
            available.isEmpty
                ? "there is no prompt '\(name)': this model has none, so leave 'prompt_name' out"
                : "there is no prompt '\(name)'; this model has: \(available.joined(separator: ", "))"
        case .promptBeforeTokens: "a prompt is put before texts, and these inputs are token ids; send texts, or leave 'prompt_name' out"
        case .embeddingsTooLarge(let bytes, let maximum):
            "these are \(bytes >> 20) MiB of vectors and one answer may hold \(maximum >> 20); send fewer inputs, or ask for one vector of each"
        case .overloaded: "the queue is full; try again in a second"
        case .answerMemoryFull:
            "the memory for answers is full, of those that others have not read yet; try again in a second, or ask for less"
        case .shuttingDown: "the server is shutting down; send the request to another"
        case .cancelled: "the client closed the connection"
        case .notANumber(let model): "the model '\(model)' computed something that is not a number"
        }
    }

    private static func outOfRange(_ what: String, _ number: Int, _ count: Int) -> String {
        "there is no \(what) \(number); this model has \(count), so 0 to \(count - 1), or -\(count) to -1 from the end"
    }
}
