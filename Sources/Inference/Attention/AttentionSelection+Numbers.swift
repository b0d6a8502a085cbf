import Models

extension AttentionSelection {
    /// - Throws: `InferenceError.layerOutOfRange` or `.headOutOfRange` with the place in the caller's list, or
    ///   `.repeatedSelection`.
    init(layers: [Int]?, heads: [Int]?, parts: Parts, of summary: ModelSummary) throws(InferenceError) {
        self.init(
            layers: try LayerNumbers.resolve(layers, count: summary.layers),
            heads: try LayerNumbers.resolve(heads, count: summary.heads, "heads") { .headOutOfRange(position: $0, head: $1, count: $2) },
            parts: parts)
    }
}

/// Numbers of layers as clients write them: negative ones count from the end.
enum LayerNumbers {
    /// - Parameters:
    ///   - numbers: nil means all.
    ///   - count: how many there are.
    /// - Throws: `InferenceError.repeatedSelection`, or what `outOfRange` makes of a place in the list, the number and the count.
    static func resolve(
        _ numbers: [Int]?, count: Int, _ field: String = "layers",
        outOfRange: (_ position: Int, _ number: Int, _ count: Int) -> InferenceError = {
            .layerOutOfRange(position: $0, layer: $1, count: $2)
        }
    ) throws(InferenceError) -> [Int] {
        guard let numbers else { return Array(0..<count) }
        var resolved: [Int] = [], seen: Set<Int> = []
        for (position, number) in numbers.enumerated() {
            let index = number < 0 ? count + number : number
            guard (0..<count).contains(index) else { throw outOfRange(position, number, count) }
            guard seen.insert(index).inserted else { throw .repeatedSelection(field: field, number: index) }
            resolved.append(index)
        }
        return resolved
    }
}
