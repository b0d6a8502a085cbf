import FoundationEssentials
import Tensors

/// What `attendant bench` prints.
struct BenchReport: Encodable {
    struct Machine: Encodable {
        let processors: Int
        let instructionSet: String
    }

    struct Result: Encodable {
        let shape: String
        let dtype: String
        let threads: Int
        let sequences: Int
        let tokens: Int
        /// Of one pass: the median of the rounds' medians.
        let seconds: Double
        let sequencesPerSecond: Double
        let tokensPerSecond: Double
        let gflops: Double

        init(shape: BenchShape, dtype: DType, threads: Int, seconds: Double, operations: Double) {
            self.shape = shape.name
            self.dtype = dtype.rawValue
            self.threads = threads
            sequences = shape.lengths.count
            tokens = shape.tokens
            self.seconds = seconds
            sequencesPerSecond = Double(sequences) / seconds
            tokensPerSecond = Double(tokens) / seconds
            gflops = operations / seconds / 1e9
        }
    }

    let model: String
    let machine: Machine
    let peakGflops: [String: Double]
    /// With the model loaded and after its passes.
    let residentBytes: Int
    let results: [Result]

    init(model: String, threads: Int, team: ThreadTeam, residentBytes: Int, results: [Result]) {
        self.model = model
        machine = Machine(processors: ProcessInfo.processInfo.activeProcessorCount, instructionSet: InstructionSet.preferred.rawValue)
        peakGflops = DType.allCases.reduce(into: [:]) {
            $0[$1.rawValue] = PeakRate.operationsPerSecond($1, threads: threads, team: team) / 1e9
        }
        self.residentBytes = residentBytes
        self.results = results
    }

    var table: String {
        var lines = ["| shape | dtype | ms a pass | sequences/s | tokens/s | GFLOP/s | of the peak |", "|---|---|---|---|---|---|---|"]
        for result in results {
            let peak = peakGflops[result.dtype] ?? 0
            let share = peak > 0 ? Self.rounded(result.gflops / peak, 2) : "-"
            lines.append(
                "| \(result.shape) | \(result.dtype) | \(Self.rounded(result.seconds * 1000, 3)) | \(Self.rounded(result.sequencesPerSecond, 1)) | \(Self.rounded(result.tokensPerSecond, 0)) | \(Self.rounded(result.gflops, 0)) | \(share) |")
        }
        let peaks = DType.allCases.map { "\($0.rawValue) \(Self.rounded(peakGflops[$0.rawValue] ?? 0, 0))" }.joined(separator: ", ")
        lines.append("\npeak in GFLOP/s: \(peaks); instruction set \(machine.instructionSet); resident memory \(residentBytes / 1_000_000) MB")
        return lines.joined(separator: "\n")
    }

    private static func rounded(_ value: Double, _ digits: Int) -> String {
        let scale = (0..<digits).reduce(1.0) { scale, _ in scale * 10 }
        let number = (value * scale).rounded() / scale
        return digits == 0 ? "\(Int(number))" : "\(number)"
    }
}
