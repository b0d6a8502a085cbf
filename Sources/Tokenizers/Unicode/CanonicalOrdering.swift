/// Canonical combining classes (Unicode Standard, section 3.11).
struct CanonicalOrdering: Sendable {
    static let shared = CanonicalOrdering()

    /// By rising code point; code points outside have class 0.
    let ranges: [(range: ClosedRange<UInt32>, combiningClass: UInt8)]

    private init() {
        var reader = TableReader(UnicodeTables.combiningClass)
        var ranges: [(range: ClosedRange<UInt32>, combiningClass: UInt8)] = []
        while let combiningClass = reader.nextNumber(), reader.take(":") {
            while let range = reader.nextRange() { ranges.append((range, UInt8(combiningClass))) }
            _ = reader.take(";")
        }
        self.ranges = ranges.sorted { $0.range.lowerBound < $1.range.lowerBound }
    }

    func combiningClass(of codePoint: UInt32) -> UInt8 {
        guard let index = ranges.lastIndex(notAbove: codePoint, key: { $0.range.lowerBound }) else { return 0 }
        return ranges[index].range.contains(codePoint) ? ranges[index].combiningClass : 0
    }
}

extension Array {
    /// In an array sorted by `key`, the last element whose key is not above `value`.
    func lastIndex(notAbove value: UInt32, key: (Element) -> UInt32) -> Int? {
        var (lower, upper) = (0, count)
        while lower < upper {
            let middle = lower + (upper - lower) / 2
            if key(self[middle]) <= value { lower = middle + 1 } else { upper = middle }
        }
        return lower > 0 ? lower - 1 : nil
    }
}
