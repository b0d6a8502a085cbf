import Models
import Tokenizers

/// A model that is ready: its weights, its tokenizer, and what it can do.
public struct ServedModel: Sendable {
    public let name: String
    public let directory: String
    public let model: any Model
    public let tokenizer: Tokenizer
    /// Tokens that one sequence may have, special tokens counted.
    public let maximumTokens: Int

    public var summary: ModelSummary { model.summary }

    public var tasks: [ModelTask] {
        summary.classification == nil ? [.attention, .tokenize] : [.classify, .attention, .tokenize]
    }

    /// Reads a folder: `config.json`, the weights, and the tokenizer's files.
    /// - Throws: `ModelLoadError` that names the file and the reason.
    public init(name: String, directory: String, options: LoadOptions = LoadOptions()) throws(ModelLoadError) {
        let model: any Model, tokenizer: Tokenizer
        do { model = try ModelLoader.load(directory: directory, options: options) } catch { throw ModelLoadError("\(error)") }
        do { tokenizer = try Tokenizer(directory: directory) } catch { throw ModelLoadError("\(error)") }
        self.init(name: name, directory: directory, model: model, tokenizer: tokenizer)
        try checkTemplate()
    }

    init(name: String, directory: String, model: any Model, tokenizer: Tokenizer) {
        self.name = name
        self.directory = directory
        self.model = model
        self.tokenizer = tokenizer
        maximumTokens = min(tokenizer.configuration.maximumLength ?? .max, model.summary.maximumPositions)
    }

    /// What the tokenizer puts around every text must be something that the model has embeddings and positions for.
    private func checkTemplate() throws(ModelLoadError) {
        if let id = tokenizer.largestTemplateID, id >= summary.vocabularySize {
            throw ModelLoadError("\(directory): the tokenizer puts token \(id) around a text, but the model has embeddings for \(summary.vocabularySize) tokens")
        }
        let segment = tokenizer.largestTypeID(isPair: false)
        guard segment < summary.typeVocabularySize || summary.typeVocabularySize == 0 else {
            throw ModelLoadError("\(directory): the tokenizer gives tokens the segment \(segment), but the model has embeddings for \(summary.typeVocabularySize) segments")
        }
        let added = tokenizer.addedTokenCount(isPair: false)
        guard added < maximumTokens else {
            throw ModelLoadError("\(directory): a text may have \(maximumTokens) tokens, and \(added) special ones leave it no room")
        }
    }

    /// The tokens of an encoding as the vocabulary spells them.
    public func tokens(of encoding: Encoding) -> [String] {
        encoding.ids.map { tokenizer.token(for: $0) ?? "" }
    }

    /// The text as token ids that the model has embeddings for.
    /// - Parameters:
    ///   - input: the text's number in its request, for the error.
    ///   - truncates: cuts at `maximumTokens`; otherwise a longer text is an error.
    /// - Throws: `InferenceError.inputTooLong`, `.inputWithoutTokens` or `.inputBeyondModel`.
    func encode(_ text: TextInput, input: Int, truncates: Bool) throws(InferenceError) -> Encoding {
        let encoding = tokenizer.encode(
            text.text, pair: text.textPair, maximumLength: truncates ? maximumTokens : nil)
        guard encoding.ids.count <= maximumTokens else {
            throw .inputTooLong(input: input, tokens: encoding.ids.count, maximum: maximumTokens)
        }
        guard !encoding.ids.isEmpty else { throw .inputWithoutTokens(input: input) }
        if let id = encoding.ids.first(where: { $0 < 0 || $0 >= summary.vocabularySize }) {
            throw .inputBeyondModel(input: input, reason: "token \(id) has no embedding: the model has \(summary.vocabularySize)")
        }
        if summary.typeVocabularySize > 0, let segment = encoding.typeIDs.first(where: { $0 < 0 || $0 >= summary.typeVocabularySize }) {
            throw .inputBeyondModel(input: input, reason: "segment \(segment) has no embedding: the model has \(summary.typeVocabularySize), so it takes no text_pair")
        }
        return encoding
    }
}
