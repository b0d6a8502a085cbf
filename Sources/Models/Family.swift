import Checkpoints

/// A family of encoders: how its config.json and its tensors become an `EncoderModel`.
protocol Family: Sendable {
    /// config.json's `model_type`s that it reads.
    static var modelTypes: [String] { get }
    /// config.json's `architectures` that it reads; a file without any is taken for the bare encoder.
    static var architectures: [String] { get }

    /// - Throws: `ModelError` that names the key or tensor that is wrong.
    static func load(_ keys: ConfigKeys, _ checkpoint: inout Checkpoint, _ options: LoadOptions) throws(ModelError) -> EncoderModel
}

extension Family {
    /// - Throws: `ModelError.unsupported` for an architecture that the family does not have.
    static func checkArchitecture(_ keys: ConfigKeys) throws(ModelError) {
        guard let architecture = try keys.strings("architectures")?.first, !architectures.contains(architecture) else { return }
        throw .unsupported(path: keys.path, key: "architectures", value: "'\(architecture)'", supported: architectures)
    }
}

/// Runs what reads a checkpoint where `ModelError` is thrown.
func reading<Value>(_ body: () throws(CheckpointError) -> Value) throws(ModelError) -> Value {
    do throws(CheckpointError) { return try body() } catch { throw .checkpoint(error) }
}
