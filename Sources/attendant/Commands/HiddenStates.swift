import ArgumentParser
import FoundationEssentials
import Models

/// What `scripts/bench exactness` and `scripts/bench families` compare with the reference.
struct HiddenStates: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the mean of the last layer's hidden states for sequences of token ids.",
        discussion: "Reads a JSON array of ids a line, and answers each with a JSON array of numbers, one for each column of the model.",
        shouldDisplay: false)

    @Argument(help: "The model's folder.")
    var path: String

    @Option(help: ArgumentHelp("One of \(DTypeSetting.names).", valueName: "DTYPE"))
    var dtype = "f32"

    @Flag(help: "Print the hidden states of all tokens, one token after the other, instead of their mean.")
    var everyToken = false

    func run() throws {
        guard let setting = DTypeSetting(dtype) else { throw CommandFailure("--dtype is '\(dtype)', but must be one of \(DTypeSetting.names)") }
        let model: any Model
        do { model = try ModelLoader.load(directory: path, options: setting.options) } catch { throw CommandFailure("\(error)") }
        let forward = model.makeForwardPass(), summary = model.summary
        var number = 0
        while let line = readLine() {
            number += 1
            guard let ids = try? JSONDecoder().decode([Int32].self, from: Data(line.utf8)), !ids.isEmpty,
                ids.count <= summary.maximumPositions, ids.allSatisfy({ $0 >= 0 && $0 < summary.vocabularySize })
            else {
                throw CommandFailure(
                    "line \(number) must be an array of 1 to \(summary.maximumPositions) ids from 0 to \(summary.vocabularySize - 1)")
            }
            let typeIDs = [Int32](repeating: 0, count: ids.count)
            let input = SequenceInput(ids: ids, typeIDs: typeIDs, wantsHiddenStates: true)
            let states = forward(PackedBatch([input]), .alone)[0].hiddenStates ?? []
            if everyToken {
                print(String(decoding: try JSONEncoder().encode(states), as: UTF8.self))
                continue
            }
            var mean = [Double](repeating: 0, count: summary.hiddenSize)
            for (index, value) in states.enumerated() { mean[index % mean.count] += Double(value) / Double(ids.count) }
            print(String(decoding: try JSONEncoder().encode(mean), as: UTF8.self))
        }
    }
}
