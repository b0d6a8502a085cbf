/// The script of each code point, as a number (Unicode Standard Annex 24). Japanese writes in three, which count as one.
struct ScriptTable: Sendable {
    static let shared = ScriptTable()

    /// What belongs to none, and goes with whatever stands before it.
    static let noScript: UInt8 = 0

    /// By rising code point, without overlap.
    private let ranges: [(range: ClosedRange<UInt32>, script: UInt8)]

    private init() {
        var reader = TableReader(UnicodeTables.script)
        var ranges: [(range: ClosedRange<UInt32>, script: UInt8)] = []
        var script = Self.noScript
        repeat {
            script += 1
            while let range = reader.nextRange() { ranges.append((range, script)) }
        } while reader.take(";")
        self.ranges = ranges.sorted { $0.range.lowerBound < $1.range.lowerBound }
    }

    subscript(codePoint: UInt32) -> UInt8 {
        guard let index = ranges.lastIndex(notAbove: codePoint, key: { $0.range.lowerBound }) else { return Self.noScript }
        return ranges[index].range.contains(codePoint) ? ranges[index].script : Self.noScript
    }
}
