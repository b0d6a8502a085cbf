import FoundationEssentials
import Tokenizers

/// Measures a tokenizer: how long it takes to load, what it holds then, and how long all texts of standard input take it, round by
/// round on one thread.
struct TokenizeTimes {
    let directory: String
    let rounds: Int

    /// Seconds and bytes. What is resident is read before the tokenizer and with it; the peak is that of loading, for the texts come after.
    private struct Report: Encodable {
        var lines = 0
        var tokens = 0
        let loadSeconds: Double
        var roundSeconds: [Double] = []
        let residentBytesBefore: Int
        let residentBytes: Int
        let peakResidentBytes: Int
    }

    /// - Throws: `CommandFailure` that names the file or the line.
    func run() throws {
        let clock = ContinuousClock()
        let before = ProcessMemory.now
        let start = clock.now
        let tokenizer: Tokenizer
        do { tokenizer = try Tokenizer(directory: directory) } catch { throw CommandFailure("\(error)") }
        let loadSeconds = (clock.now - start) / .seconds(1)
        let loaded = ProcessMemory.now
        var report = Report(
            loadSeconds: loadSeconds, residentBytesBefore: before.residentBytes, residentBytes: loaded.residentBytes,
            peakResidentBytes: loaded.peakResidentBytes)

        var requests: [TokenizeRequest] = []
        try TokenizeRequest.forEach { requests.append($0) }
        report.lines = requests.count
        for _ in 0..<rounds {
            report.tokens = 0
            let duration = clock.measure {
                for request in requests {
                    let encoding = tokenizer.encode(
                        request.text, pair: request.pair, addSpecialTokens: request.addSpecialTokens,
                        maximumLength: request.maximumLength)
                    report.tokens += encoding.count
                }
            }
            report.roundSeconds.append(duration / .seconds(1))
        }
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = .sortedKeys
        print(String(decoding: try encoder.encode(report), as: UTF8.self))
    }
}
