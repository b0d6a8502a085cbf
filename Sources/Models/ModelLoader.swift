import Checkpoints

/// From a folder to a model: the one table of families.
public enum ModelLoader {
    private static let families: [any Family.Type] = [
        Albert.self, Bert.self, BigBird.self, Deberta.self, DistilBert.self, Electra.self, Gte.self, ModernBert.self, MPNet.self, NomicBert.self, Roberta.self,
        XLM.self, XLNet.self,
    ]

    /// The `model_type`s that can be loaded, sorted.
    public static var modelTypes: [String] { families.flatMap { $0.modelTypes }.sorted() }

    /// Reads `config.json`, then the weights as the family that its `model_type` names reads them, and what sentence-transformers keeps
    /// beside them.
    /// - Throws: `ModelError` that names the file, and the key or tensor that is wrong.
    public static func load(directory: String, options: LoadOptions = LoadOptions()) throws(ModelError) -> any Model {
        try loadWithCheckpoint(directory: directory, options: options).model
    }

    static func loadWithCheckpoint(
        directory: String, options: LoadOptions
    ) throws(ModelError) -> (model: EncoderModel, checkpoint: Checkpoint) {
        var options = options
        let modules = try SentenceTransformerModules(directory: directory, settings: SentenceTransformerSettings(directory: directory))
        let keys = try ConfigKeys(directory: directory)
        let modelType = try keys.optionalString("model_type")
        guard let modelType, let family = families.first(where: { $0.modelTypes.contains(modelType) }) else {
            throw .unsupported(
                path: keys.path, key: "model_type", value: modelType.map { "'\($0)'" } ?? "missing", supported: modelTypes)
        }
        try family.checkArchitecture(keys)
        var checkpoint = try reading { () throws(CheckpointError) in try Checkpoint(directory: directory) }
        if let modules { options.embedder = try modules.embedder(options) }
        let model = try family.load(keys, &checkpoint, options)
        try modules?.check(model)
        return (model, checkpoint)
    }
}
