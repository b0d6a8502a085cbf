import Checkpoints
import FoundationEssentials
import Tensors

/// Writes an int8 checkpoint from one of floats.
///
/// Each linear layer of the encoder, `NAME` of shape `[outputs, inputs]`, becomes I8 with `NAME_scale`, F32 `[outputs]`: a weight is its
/// number times its output's scale. Everything else is copied as it is: embeddings, LayerNorms, biases, poolers and heads.
public enum Quantization {
    /// - Parameters:
    ///   - source: a model's folder.
    ///   - target: a folder that is made; it must not be there yet.
    /// - Throws: `ModelError`.
    public static func quantize(_ source: String, to target: String) throws(ModelError) {
        let modules = try SentenceTransformerModules(directory: source, settings: SentenceTransformerSettings(directory: source))
        let (_, checkpoint) = try ModelLoader.loadWithCheckpoint(directory: source, options: LoadOptions(dtype: .int8))
        var entries: [SafetensorsWriter.Entry] = []
        for tensor in checkpoint.all {
            guard checkpoint.quantizable.contains(tensor.name), tensor.type != .int8 else {
                entries.append(.init(copying: tensor))
                continue
            }
            do throws(CheckpointError) {
                let quantized = QuantizedLayer(try tensor.layer(), inputs: tensor.shape[1])
                entries.append(.init(name: tensor.name, type: .int8, shape: tensor.shape) { put throws(CheckpointError) in
                    try quantized.withWeights { bytes throws(CheckpointError) in try put(bytes) }
                })
                entries.append(.init(name: tensor.name + "_scale", type: .float32, shape: [tensor.shape[0]]) { put throws(CheckpointError) in
                    try quantized.withScales { bytes throws(CheckpointError) in try put(bytes) }
                })
            } catch {
                throw .checkpoint(error)
            }
        }
        do {
            try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: false)
            for name in try FileManager.default.contentsOfDirectory(atPath: source) where accompanies(name) {
                try FileManager.default.copyItem(atPath: source + "/" + name, toPath: target + "/" + name)
            }
            try copy(modules?.folders ?? [], from: source, to: target)
        } catch {
            throw .checkpoint(.unwritable(path: target, reason: "the folder is there already, or can't be made"))
        }
        do throws(CheckpointError) {
            try SafetensorsWriter.write(
                entries, metadata: ["format": "pt", "quantization": "int8 weights with one scale for each output"],
                to: target + "/model.safetensors")
        } catch {
            throw .checkpoint(error)
        }
    }

    /// What sentence-transformers keeps in folders of their own; a normalisation often has none.
    private static func copy(_ folders: [String], from source: String, to target: String) throws {
        let files = FileManager.default
        for folder in folders where files.fileExists(atPath: source + "/" + folder) && !files.fileExists(atPath: target + "/" + folder) {
            let parent = folder.split(separator: "/").dropLast().joined(separator: "/")
            try files.createDirectory(atPath: target + "/" + parent, withIntermediateDirectories: true)
            try files.copyItem(atPath: source + "/" + folder, toPath: target + "/" + folder)
        }
    }

    /// Configuration and tokenizer, but no weights.
    private static func accompanies(_ name: String) -> Bool {
        [".json", ".txt", ".model", ".md"].contains { name.hasSuffix($0) } && !name.hasSuffix(".index.json")
    }
}
