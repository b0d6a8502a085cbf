import HTTPServer
import HTTPTypes
import Inference

extension ServerResponse {
    /// With `server-timing` (W3C Server Timing), in milliseconds.
    func timed(_ timings: InferenceTimings) -> ServerResponse {
        var response = self
        let parts = [("tokenize", timings.tokenize), ("queue", timings.queue), ("compute", timings.compute)]
        response.headerFields.append(.once(.serverTiming, parts.map { "\($0);dur=\($1.millisecondsText)" }.joined(separator: ", ")))
        return response
    }
}

extension Duration {
    /// Milliseconds with three decimals, such as `1.250`.
    var millisecondsText: String {
        let microseconds = self / .microseconds(1)
        let whole = Int(microseconds.rounded())
        let fraction = String(whole % 1000)
        return "\(whole / 1000).\(String(repeating: "0", count: 3 - fraction.utf8.count))\(fraction)"
    }
}
