/// The `Accept` header (RFC 9110 section 12.5.1), as far as one media type is concerned.
enum Accept {
    /// Whether `application/json` is acceptable: the most specific range that matches it has a weight above zero.
    static func allowsJSON(_ accept: String) -> Bool {
        guard !accept.trimmingSpaces.isEmpty else { return true }
        var best: (specificity: Int, isWanted: Bool)?
        for element in accept.split(separator: ",") {
            let parts = element.split(separator: ";").map { $0.trimmingSpaces.lowercased() }
            let specificity: Int
            switch parts.first {
            case "application/json": specificity = 3
            case "application/*": specificity = 2
            case "*/*": specificity = 1
            default: continue
            }
            let weight = parts.dropFirst().first { $0.hasPrefix("q=") }.map { Double($0.dropFirst(2)) ?? 1 } ?? 1
            if specificity > best?.specificity ?? 0 { best = (specificity, weight > 0) }
        }
        return best?.isWanted ?? false
    }
}
