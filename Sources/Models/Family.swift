import Checkpoints

/// A family of encoders: how its config.json and its tensors become an `EncoderModel`.
protocol Family: Sendable {
    /// config.json's `model_type`s that it reads.
    static var modelTypes: [String] { get }
    /// How the names of its `architectures` begin.
    static var classNames: [String] { get }
    /// How they end: one name for each head, and `Model` for the encoder alone.
    static var headNames: [String] { get }

    /// - Throws: `ModelError` that names the key or tensor that is wrong.
    static func load(_ keys: ConfigKeys, _ checkpoint: inout Checkpoint, _ options: LoadOptions) throws(ModelError) -> EncoderModel
}

extension Family {
    static var architectures: [String] { classNames.flatMap { name in headNames.map { name + $0 } } }

    /// - Throws: `ModelError.unsupported` for an architecture that the family does not have.
    static func checkArchitecture(_ keys: ConfigKeys) throws(ModelError) {
        guard let architecture = try keys.strings("architectures")?.first, !architectures.contains(architecture) else { return }
        throw .unsupported(path: keys.path, key: "architectures", value: "'\(architecture)'", supported: architectures)
    }

    /// The one of `headNames` that the checkpoint's architecture has; a file that names none is taken for the encoder alone.
    static func headName(_ config: EncoderConfig) -> String {
        headNames.first { name in classNames.contains { config.architecture == $0 + name } } ?? "Model"
    }
}

/// Runs what reads a checkpoint where `ModelError` is thrown.
func reading<Value>(_ body: () throws(CheckpointError) -> Value) throws(ModelError) -> Value {
    do throws(CheckpointError) { return try body() } catch { throw .checkpoint(error) }
}
