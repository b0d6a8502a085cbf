/// Lowercase forms without context: a capital sigma becomes σ at the end of a word, too.
struct LowercaseMapping: Sendable {
    static let shared = LowercaseMapping()

    /// Code points at equal distances that map to code points at the same difference.
    struct Run {
        var first: UInt32
        var last: UInt32
        var step: UInt32
        /// Added, wrapping, to the code point.
        var difference: UInt32
    }

    /// By rising code point, without overlap.
    let runs: [Run]

    private init() {
        var reader = TableReader(UnicodeTables.lowercase)
        var runs: [Run] = []
        while let range = reader.nextRange() {
            let step = reader.take("/") ? reader.nextNumber()! : 1
            let isNegative = reader.take("<")
            _ = reader.take(">")
            let distance = reader.nextNumber()!
            runs.append(
                Run(
                    first: range.lowerBound, last: range.upperBound, step: step, difference: isNegative ? 0 &- distance : distance
                ))
        }
        self.runs = runs
    }

    /// The lowercase form of a code point that has one; of all, only İ has a second scalar, the combining dot above.
    subscript(codePoint: UInt32) -> (UInt32, UInt32?) {
        if codePoint == 0x130 { return (0x69, 0x307) }
        let run = runs[runs.lastIndex(notAbove: codePoint, key: \.first)!]
        return (codePoint &+ run.difference, nil)
    }
}
