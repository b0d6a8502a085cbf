import Checkpoints

/// What sentence-transformers keeps in `config_sentence_transformers.json` and `sentence_bert_config.json` beside a checkpoint: what is
/// done to a text before it is read, and to its vector at the end.
public struct SentenceTransformerSettings: Sendable, Equatable {
    /// Texts that are put before an input, by the names under which they are asked for.
    public var prompts: [String: String] = [:]
    /// The prompt of those who ask for none.
    public var defaultPromptName: String?
    /// Numbers of a vector for those who ask for none.
    public var truncateDimensions: Int?
    /// Whether texts are lowercased before the tokenizer sees them.
    public var lowercases = false
    /// The class that the folder was saved from.
    var modelType = Self.embeddingModelType

    static let embeddingModelType = "SentenceTransformer"
    /// Of a prompt. No model reads more, and it is put before each of a thousand inputs.
    private static let maximumPromptBytes = 16 << 10

    /// What holds without the files.
    public init() {}

    /// - Throws: `ModelError` for a file that can't be read, a field of another type, or a default prompt that does not exist.
    public init(directory: String) throws(ModelError) {
        if let keys = try ConfigKeys(optional: directory + "/sentence_bert_config.json") {
            lowercases = try keys.bool("do_lower_case", default: false)
        }
        guard let keys = try ConfigKeys(optional: directory + "/config_sentence_transformers.json") else { return }
        modelType = try keys.string("model_type", default: Self.embeddingModelType)
        truncateDimensions = keys.contains("truncate_dim") ? try keys.requiredSize("truncate_dim") : nil
        prompts = try keys.stringsByName("prompts", nullsAre: "") ?? [:]
        if let (name, prompt) = prompts.first(where: { $0.value.utf8.count > Self.maximumPromptBytes }) {
            throw .inconsistent(
                path: keys.path, reason: "'prompts.\(name)' has \(prompt.utf8.count) bytes, but may have at most \(Self.maximumPromptBytes)")
        }
        defaultPromptName = try keys.optionalString("default_prompt_name")
        if let name = defaultPromptName, prompts[name] == nil {
            let names = prompts.keys.sorted().joined(separator: ", ")
            throw .inconsistent(path: keys.path, reason: "'default_prompt_name' is '\(name)', but 'prompts' has: \(names)")
        }
    }
}
