import ArgumentParser
import Tokenizers

struct Tokenize: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show the tokens of a text.",
        discussion: "Each line is a token: its id, where it stands in the text (code points), its segment, and how the vocabulary spells it.")

    @Argument(help: "The folder with the tokenizer.")
    var path: String

    @Argument(help: "The text.")
    var text: String?

    @Option(help: "A second text, read together with the first.")
    var pair: String?

    @Flag(name: .customLong("no-special-tokens"), help: "Leave out the special tokens around the text.")
    var leavesOutSpecialTokens = false

    @Flag(help: "Read JSON objects with 'text', one a line, from standard input, and answer each with a line of JSON.")
    var lines = false

    @Option(
        help: ArgumentHelp(
            "With --lines: tokenize all of them so many times on one thread, and print how long that and loading took, as JSON.",
            valueName: "ROUNDS"))
    var time: Int?

    func validate() throws {
        guard (text != nil) != lines else { throw ValidationError("Give a text, or --lines to read texts from standard input.") }
        if let time {
            guard lines else { throw ValidationError("--time measures the texts of --lines; give both.") }
            guard time > 0 else { throw ValidationError("--time must be above 0.") }
        }
    }

    func run() throws {
        if let time { return try TokenizeTimes(directory: path, rounds: time).run() }
        let tokenizer: Tokenizer
        do { tokenizer = try Tokenizer(directory: path) } catch { throw CommandFailure("\(error)") }
        guard let text else { return try TokenizeLines(tokenizer: tokenizer).run() }
        let encoding = tokenizer.encode(text, pair: pair, addSpecialTokens: !leavesOutSpecialTokens)
        for index in encoding.ids.indices {
            let offsets = encoding.offsets[index]
            let columns = ["\(encoding.ids[index])", "\(offsets.lowerBound)..\(offsets.upperBound)", "\(encoding.typeIDs[index])"]
            let padded = zip(columns, [8, 12, 4]).map { $0 + String(repeating: " ", count: max(1, $1 - $0.count)) }
            print(padded.joined() + (tokenizer.token(for: encoding.ids[index]) ?? ""))
        }
    }
}
