import ArgumentParser
import Checkpoints
import Inference

struct Inspect: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Show what a model's folder holds.")

    @Argument(help: "The model's folder.")
    var path: String

    func run() throws {
        let model = try ServedModel.loaded(path)
        let tensors: [StoredTensor]
        do { tensors = try Checkpoint(directory: path).all } catch { throw CommandFailure("\(error)") }
        let summary = model.summary
        let unused = Set(summary.unusedTensors)
        print("""
            architecture  \(summary.architecture) (\(summary.modelType))
            tasks         \(model.tasks.map(\.rawValue).joined(separator: ", "))
            heads         \(summary.outputs.isEmpty ? "none" : summary.outputs.map(\.task.rawValue).joined(separator: ", "))
            labels        \(summary.labels?.names.joined(separator: ", ") ?? "none")
            problem type  \(summary.labels?.problemType?.rawValue ?? "not given")
            embedding     \(summary.embedding)
            size          \(summary.layers) layers, \(summary.heads) heads, hidden size \(summary.hiddenSize), \(summary.vocabularySize) tokens in the vocabulary
            tokenizer     \(model.tokenizer.steps.joined(separator: ", "))
            max tokens    \(model.maximumTokens)
            parameters    \(summary.parameterCount)
            memory        \(summary.byteCount) bytes as \(summary.dtype)
            unused        \(unused.count) of \(tensors.count) tensors
            """)
        print("\ntensors")
        let width = tensors.map(\.name.count).max() ?? 0
        for tensor in tensors {
            let name = tensor.name + String(repeating: " ", count: width - tensor.name.count)
            print("  \(name)  \(tensor.type.rawValue)  \(tensor.shape)\(unused.contains(tensor.name) ? "  unused" : "")")
        }
    }
}

extension ServedModel {
    /// The model of a folder, for a command.
    /// - Throws: `CommandFailure`.
    static func loaded(_ path: String) throws -> ServedModel {
        do { return try ServedModel(name: "model", directory: path) } catch { throw CommandFailure(error.description) }
    }
}
