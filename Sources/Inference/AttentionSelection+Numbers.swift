import Models

extension AttentionSelection {
    /// - Throws: `InferenceError.layerOutOfRange` or `.headOutOfRange` with the place in the caller's list, or
    ///   `.repeatedSelection`.
    init(layers: [Int]?, heads: [Int]?, of summary: ModelSummary) throws(InferenceError) {
        var selectedLayers: [Int] = [], selectedHeads: [Int] = []
        for (position, layer) in (layers ?? Array(0..<summary.layers)).enumerated() {
            guard let index = Self.index(layer, count: summary.layers) else {
                throw .layerOutOfRange(position: position, layer: layer, count: summary.layers)
            }
            selectedLayers.append(index)
        }
        for (position, head) in (heads ?? Array(0..<summary.heads)).enumerated() {
            guard let index = Self.index(head, count: summary.heads) else {
                throw .headOutOfRange(position: position, head: head, count: summary.heads)
            }
            selectedHeads.append(index)
        }
        try Self.refuseRepetition(selectedLayers, "layers")
        try Self.refuseRepetition(selectedHeads, "heads")
        self.init(layers: selectedLayers, heads: selectedHeads)
    }

    private static func refuseRepetition(_ numbers: [Int], _ field: String) throws(InferenceError) {
        var seen: Set<Int> = []
        for number in numbers where !seen.insert(number).inserted { throw .repeatedSelection(field: field, number: number) }
    }

    private static func index(_ number: Int, count: Int) -> Int? {
        let index = number < 0 ? count + number : number
        return (0..<count).contains(index) ? index : nil
    }
}
