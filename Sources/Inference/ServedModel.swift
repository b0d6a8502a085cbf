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
    /// What sentence-transformers does before the tokenizer and at the end.
    public let sentences: SentenceTransformerSettings

    public var summary: ModelSummary { model.summary }

    public var tasks: [ModelTask] {
        (summary.classification == nil ? [] : [.classify]) + [.embeddings, .attention, .tokenize]
    }

    /// Reads a folder: `config.json`, the weights, and the tokenizer's files.
    /// - Throws: `ModelLoadError` that names the file and the reason.
    public init(name: String, directory: String, options: LoadOptions = LoadOptions()) throws(ModelLoadError) {
        let model: any Model, tokenizer: Tokenizer, sentences: SentenceTransformerSettings
        do throws(ModelError) {
            model = try ModelLoader.load(directory: directory, options: options)
            sentences = try SentenceTransformerSettings(directory: directory)
        } catch {
            throw ModelLoadError("\(error)")
        }
        do { tokenizer = try Tokenizer(directory: directory) } catch { throw ModelLoadError("\(error)") }
        self.init(name: name, directory: directory, model: model, tokenizer: tokenizer, sentences: sentences)
        try checkTemplate()
    }

    init(
        name: String, directory: String, model: any Model, tokenizer: Tokenizer,
        sentences: SentenceTransformerSettings = SentenceTransformerSettings()
    ) {
        self.name = name
        self.directory = directory
        self.model = model
        self.tokenizer = tokenizer
        self.sentences = sentences
        maximumTokens = min(tokenizer.configuration.maximumLength ?? .max, model.summary.maximumPositions)
    }

    /// What the tokenizer puts around every text must be something that the model has embeddings and positions for.
    private func checkTemplate() throws(ModelLoadError) {
        if let id = tokenizer.largestTemplateID, id >= summary.vocabularySize {
            throw ModelLoadError("\(directory): the tokenizer puts token \(id) around a text, but the model has embeddings for \(summary.vocabularySize) tokens")
        }
        let segment = tokenizer.configuration.givesSegments ? tokenizer.largestTypeID(isPair: false) : 0
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
        var encoding = tokenizer.encode(
            text.text, pair: text.textPair, maximumLength: truncates ? maximumTokens : nil)
        if !tokenizer.configuration.givesSegments { encoding.typeIDs = Array(repeating: 0, count: encoding.ids.count) }
        try checkLength(encoding.ids.count, input: input)
        if let id = encoding.ids.first(where: { $0 < 0 || $0 >= summary.vocabularySize }) {
            throw .inputBeyondModel(input: input, reason: "token \(id) has no embedding: the model has \(summary.vocabularySize)")
        }
        if summary.typeVocabularySize > 0, let segment = encoding.typeIDs.first(where: { $0 < 0 || $0 >= summary.typeVocabularySize }) {
            throw .inputBeyondModel(input: input, reason: "segment \(segment) has no embedding: the model has \(summary.typeVocabularySize), so it takes no text_pair")
        }
        return encoding
    }

    /// Token ids that the client has, checked as `encode` checks those of a text. Their segment is the first.
    /// - Throws: as there.
    func encode(tokens: [Int], input: Int, truncates: Bool) throws(InferenceError) -> Encoding {
        if !truncates { try checkLength(tokens.count, input: input) }
        let kept = tokenizer.configuration.truncationSide == .left ? tokens.suffix(maximumTokens) : tokens.prefix(maximumTokens)
        try checkLength(kept.count, input: input)
        var ids: [Int32] = []
        ids.reserveCapacity(kept.count)
        for id in kept {
            guard id < summary.vocabularySize, let id = Int32(exactly: id), id >= 0 else {
                throw .inputBeyondModel(
                    input: input, reason: "token \(id) has no embedding: the model has \(summary.vocabularySize); "
                        + "send texts, or ids of this model's own tokenizer, such as /v1/tokenize gives")
            }
            ids.append(id)
        }
        return Encoding(ids: ids, typeIDs: [Int32](repeating: 0, count: ids.count))
    }

    private func checkLength(_ tokens: Int, input: Int) throws(InferenceError) {
        guard tokens <= maximumTokens else { throw .inputTooLong(input: input, tokens: tokens, maximum: maximumTokens) }
        guard tokens > 0 else { throw .inputWithoutTokens(input: input) }
    }
}
