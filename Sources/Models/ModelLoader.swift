import Checkpoints

/// From a folder to a model: the one table of families.
public enum ModelLoader {
    /// The families, by config.json's `model_type`.
    private static let families: [String: Family] = ["bert": bert]

    private typealias Family = @Sendable (ConfigFile, inout Checkpoint, LoadOptions) throws(ModelError) -> any Model

    /// Reads `config.json`, then the weights as the family that its `model_type` names reads them.
    /// - Throws: `ModelError` that names the file, and the key or tensor that is wrong.
    public static func load(directory: String, options: LoadOptions = LoadOptions()) throws(ModelError) -> any Model {
        try loadWithCheckpoint(directory: directory, options: options).model
    }

    static func loadWithCheckpoint(
        directory: String, options: LoadOptions
    ) throws(ModelError) -> (model: any Model, checkpoint: Checkpoint) {
        let config = try reading { () throws(CheckpointError) in try ConfigFile(directory: directory) }
        let modelType = try reading { () throws(CheckpointError) in try config.decode(ModelTypeKey.self) }.model_type
        guard let modelType, let family = families[modelType] else {
            throw .unsupported(
                path: config.path, key: "model_type", value: modelType.map { "'\($0)'" } ?? "missing",
                supported: families.keys.sorted())
        }
        var checkpoint = try reading { () throws(CheckpointError) in try Checkpoint(directory: directory) }
        let model = try family(config, &checkpoint, options)
        return (model, checkpoint)
    }

    @Sendable private static func bert(
        _ file: ConfigFile, _ checkpoint: inout Checkpoint, _ options: LoadOptions
    ) throws(ModelError) -> any Model {
        let config = try reading { () throws(CheckpointError) in try file.decode(BertConfig.self) }
        return try BertModel(config, configPath: file.path, &checkpoint, options)
    }

    private static func reading<Value>(_ body: () throws(CheckpointError) -> Value) throws(ModelError) -> Value {
        do throws(CheckpointError) { return try body() } catch { throw .checkpoint(error) }
    }

    private struct ModelTypeKey: Decodable {
        var model_type: String?
    }
}
