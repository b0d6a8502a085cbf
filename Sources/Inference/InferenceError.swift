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
    /// The tokenizer and the weights disagree about this text.
    case inputBeyondModel(input: Int, reason: String)
    case layerOutOfRange(position: Int, layer: Int, count: Int)
    case headOutOfRange(position: Int, head: Int, count: Int)
    /// The weights asked for are more than one answer may hold.
    case attentionTooLarge(bytes: Int, maximum: Int)
    /// The queue, or the memory for answers, is full.
    case overloaded
    case shuttingDown
    /// The client went away, or its deadline passed.
    case cancelled
    /// The model computed something that is not a number.
    case notANumber(model: String)
}
