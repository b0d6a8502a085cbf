import ArgumentParser
import Inference

struct Classify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Classify texts without a server.")

    @Argument(help: "The model's folder.")
    var path: String

    @Argument(help: "The texts.")
    var texts: [String]

    func run() async throws {
        var registry = ModelRegistry()
        registry.add("model", .ready(try ServedModel.loaded(path)), created: 0)
        let engine = InferenceEngine(registry: registry, settings: .init(workers: 1, maximumBatchTokens: BatchPolicy.defaultBudget))
        defer { engine.shutDown() }
        let result: ClassifyResult
        do throws(InferenceError) {
            result = try await engine.classify(
                texts.map { TextInput(text: $0) }, model: nil, function: nil, topK: nil, truncates: true)
        } catch .noModelForTask {
            throw CommandFailure("\(path): this model has no classification head; see 'attendant inspect \(path)'")
        } catch {
            throw CommandFailure(error.description)
        }
        for (text, prediction) in zip(texts, result.predictions) {
            let scores = prediction.map { "\($0.label) \($0.score)" }.joined(separator: "  ")
            print("\(text)\n    \(scores)")
        }
    }
}
