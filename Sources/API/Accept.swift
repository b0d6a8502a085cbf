/// The `Accept` header (RFC 9110 section 12.5.1), as far as some media types are concerned.
enum Accept {
    /// Whether `application/json` is acceptable.
    static func allowsJSON(_ accept: String) -> Bool { weight(of: "application/json", accept) > 0 }

    /// The type that the client would rather have; of equal ones the first.
    /// - Parameter types: such as `application/json`, in lower case.
    /// - Returns: its place; nil where none is acceptable.
    static func choice(of types: [String], _ accept: String) -> Int? {
        let weights = types.map { weight(of: $0, accept) }
        guard let best = weights.max(), best > 0 else { return nil }
        return weights.firstIndex(of: best)
    }

    /// The weight of the most specific range that matches the type: 0 where it is not acceptable.
    private static func weight(of type: String, _ accept: String) -> Double {
        guard !accept.trimmingSpaces.isEmpty else { return 1 }
        var best: (specificity: Int, weight: Double) = (0, 0)
        for element in accept.split(separator: ",") {
            let parts = element.split(separator: ";").map { $0.trimmingSpaces.lowercased() }
            let specificity: Int
            switch parts.first {
            case type: specificity = 3
            case "application/*": specificity = 2
            case "*/*": specificity = 1
            default: continue
            }
            let weight = parts.dropFirst().first { $0.hasPrefix("q=") }.map { Double($0.dropFirst(2)) ?? 1 } ?? 1
            if specificity > best.specificity { best = (specificity, weight) }
        }
        return best.weight
    }
}
