import Models

/// How the attention of a request's texts is computed, so that no more of it than a layer, or a small room, stands in memory at once.
struct AttentionPlan: Sendable {
    /// Texts that are computed whole, all selected layers at once, and together.
    let groups: [Range<Int>]
    /// Bytes that the largest step holds: what it shows, and where the next one goes on.
    let bytes: Int

    /// - Parameters:
    ///   - tokens: of each text.
    ///   - valueCount: floats that a text of so many tokens shows with so many layers.
    ///   - layers: that are selected.
    ///   - room: bytes that may be held even where one layer is less.
    ///   - hiddenSize: of the model; 0 where no state is kept.
    init(tokens: [Int], layers: Int, hiddenSize: Int, room: Int, valueCount: (_ tokens: Int, _ layers: Int) -> Int) {
        var groups: [Range<Int>] = [], open = 0, openBytes = 0, most = 0
        for (index, count) in tokens.enumerated() {
            let whole = valueCount(count, layers) * MemoryLayout<Float>.stride
            if whole > room {
                most = max(most, (valueCount(count, 1) + 2 * count * hiddenSize) * MemoryLayout<Float>.stride)
            }
            if whole > room || openBytes + whole > room {
                if open < index { groups.append(open..<index) }
                (open, openBytes) = (index, 0)
            }
            if whole > room { open = index + 1 } else { openBytes += whole }
            most = max(most, openBytes)
        }
        if open < tokens.count { groups.append(open..<tokens.count) }
        self.groups = groups
        bytes = most
    }

    /// The texts that are computed together with this one; nil where it is shown a layer at a time.
    func group(of input: Int) -> Range<Int>? { groups.first { $0.contains(input) } }
}
