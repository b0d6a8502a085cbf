import ArgumentParser
import FoundationEssentials
import Models
import Tensors

struct Bench: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measure a model's forward pass alone: no tokenizer, no queue, no HTTP.",
        discussion: """
            A shape is SEQUENCESxTOKENS, such as 8x128, or the lengths themselves, such as 12+24+30; 'ragged' stands for 32 sequences \
            of 4 to 256 tokens. Every pass computes the last layer's output for all tokens. GFLOP/s count the operations of the linear \
            layers alone; the peak is what a bare loop of multiply-adds reaches on the same threads in the same run.
            """)

    @Argument(help: "The model's folder.")
    var path: String

    @Option(help: ArgumentHelp("Shapes, separated by commas.", valueName: "SHAPES"))
    var shapes = "1x16,1x128,1x512,8x128,32x32,32x128,8x512,ragged"

    @Option(help: ArgumentHelp("One or more of \(DTypeSetting.names), separated by commas.", valueName: "DTYPES"))
    var dtype = "f32"

    @Option(help: ArgumentHelp("Threads of one pass. (default: one for each processor)", valueName: "N"))
    var threads: Int?

    @Option(help: ArgumentHelp("Rounds; each measures every shape once.", valueName: "N"))
    var rounds = 5

    @Option(help: ArgumentHelp("How long one measurement of a shape lasts.", valueName: "SECONDS"))
    var seconds = 0.5

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        guard rounds > 0, seconds >= 0, (threads ?? 1) > 0, (threads ?? 1) <= 64 else {
            throw ValidationError("--rounds and --threads must be above 0, --threads at most 64, and --seconds not below 0")
        }
    }

    func run() throws {
        let threads = threads ?? ProcessInfo.processInfo.activeProcessorCount
        var dtypes: [LoadOptions] = []
        for name in dtype.split(separator: ",") {
            guard let setting = DTypeSetting(String(name)) else {
                throw CommandFailure("--dtype is '\(name)', but must be among \(DTypeSetting.names)")
            }
            dtypes.append(setting.options)
        }
        let shapes = try shapes.split(separator: ",").map { try BenchShape(String($0)) }
        let report = try ThreadTeam.withHelpers(threads - 1) { team in
            try measure(dtypes, shapes, threads: threads, team)
        }
        if json {
            let encoder = JSONEncoder()
            encoder.keyEncodingStrategy = .convertToSnakeCase
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            print(String(decoding: try encoder.encode(report), as: UTF8.self))
        } else {
            print(report.table)
        }
    }

    private func measure(_ dtypes: [LoadOptions], _ shapes: [BenchShape], threads: Int, _ team: ThreadTeam) throws -> BenchReport {
        var results: [BenchReport.Result] = []
        var residentBytes = 0
        for var options in dtypes {
            options.team = team
            let model: any Model
            do {
                model = try ModelLoader.load(directory: path, options: options)
            } catch {
                throw CommandFailure("\(error)")
            }
            for shape in shapes {
                if let long = shape.lengths.first(where: { $0 > model.summary.maximumPositions }) {
                    throw CommandFailure("\(shape.name) has a sequence of \(long) tokens, but the model takes \(model.summary.maximumPositions)")
                }
            }
            let forward = model.makeForwardPass()
            var medians = [[Double]](repeating: [], count: shapes.count)
            for _ in 0..<rounds {
                for (index, shape) in shapes.enumerated() {
                    medians[index].append(time(forward, shape.batch(vocabularySize: model.summary.vocabularySize), team))
                }
            }
            for (shape, seconds) in zip(shapes, medians) {
                results.append(BenchReport.Result(
                    shape: shape, dtype: model.summary.dtype, threads: threads, seconds: seconds.median, operations: shape.operations(model.summary)))
            }
            residentBytes = max(residentBytes, ProcessMemory.now.residentBytes)
        }
        return BenchReport(model: path, threads: threads, team: team, residentBytes: residentBytes, results: results)
    }

    /// The median of the passes of one measurement, after one that is not counted, in seconds.
    private func time(_ forward: ForwardPass, _ batch: PackedBatch, _ team: ThreadTeam) -> Double {
        let clock = ContinuousClock()
        _ = forward(batch, team)
        var times: [Double] = []
        let end = clock.now + .seconds(seconds)
        repeat {
            times.append(clock.measure { _ = forward(batch, team) } / .seconds(1))
        } while clock.now < end
        return times.median
    }
}

extension [Double] {
    fileprivate var median: Double {
        let sorted = sorted()
        return sorted.count % 2 == 1 ? sorted[count / 2] : (sorted[count / 2 - 1] + sorted[count / 2]) / 2
    }
}
