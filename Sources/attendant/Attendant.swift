import API
import ArgumentParser

/// The command line.
@main
struct Attendant: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "attendant",
        abstract: "Serves Transformer models over HTTP, and shows what they attend to.",
        discussion: """
            A model is a folder as Hugging Face lays it out: config.json, model.safetensors, tokenizer.json.

            attendant serve --model sentiment=config/models/sentiment
            attendant classify config/models/sentiment "What a wonderful film!"
            """,
        version: "attendant \(BuildInformation.version)",
        subcommands: [Serve.self, Inspect.self, Tokenize.self, Classify.self, Bench.self, Quantize.self, HiddenStates.self])
}

/// A failure that a person at a terminal can act on: one line, exit status 1.
struct CommandFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
