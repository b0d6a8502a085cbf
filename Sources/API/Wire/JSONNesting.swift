/// The brackets of an array of arrays whose rows come one after the other.
struct JSONNesting: Sendable {
    /// For each dimension, the outermost first, after how many rows an array of it is complete.
    private let spans: [Int]
    private var row = 0

    /// - Parameter shape: of the rows, each dimension at least 1; empty for a single row.
    init(_ shape: some Collection<Int>) {
        spans = shape.indices.map { first in shape[first...].reduce(1, *) }
    }

    /// Passes over rows that somebody else writes.
    mutating func skip(_ rows: Int) { row += rows }

    /// What stands before the next row.
    func open(_ text: inout [UInt8]) {
        if row > 0 { text.append(UInt8(ascii: ",")) }
        for span in spans where row % span == 0 { text.append(UInt8(ascii: "[")) }
        text.append(UInt8(ascii: "["))
    }

    /// What stands behind it.
    mutating func close(_ text: inout [UInt8]) {
        row += 1
        text.append(UInt8(ascii: "]"))
        for span in spans where row % span == 0 { text.append(UInt8(ascii: "]")) }
    }
}

/// Rows of numbers, each of which becomes an array in brackets.
struct JSONRows<Element: Sendable>: Sendable {
    let values: [Element]
    /// Of a row, at least 1.
    let length: Int
    let write: @Sendable (ArraySlice<Element>, inout [UInt8]) -> Void

    var count: Int { values.count / length }

    /// The text of some rows, behind that of those before them.
    func text(_ rows: Range<Int>, _ nesting: JSONNesting) -> [UInt8] {
        var text: [UInt8] = [], nesting = nesting
        text.reserveCapacity(rows.count * (length * 12 + 2))
        for row in rows {
            nesting.open(&text)
            write(values[row * length..<(row + 1) * length], &text)
            nesting.close(&text)
        }
        return text
    }
}

extension JSONStream {
    /// Elements that one task turns into text at a time.
    private static let share = 32 * 1024

    /// Rows of an array. Where there are many, tasks write them side by side, for a number's text costs more than to send it.
    mutating func rows<Element: Sendable>(
        of values: [Element], length: Int, _ nesting: inout JSONNesting, _ write: @escaping @Sendable (ArraySlice<Element>, inout [UInt8]) -> Void
    ) async throws {
        let rows = JSONRows(values: values, length: length, write: write)
        let each = max(1, Self.share / length), start = nesting
        let shares = stride(from: 0, to: rows.count, by: each).map { $0..<min($0 + each, rows.count) }
        nesting.skip(rows.count)
        func text(_ share: Range<Int>) -> [UInt8] {
            var nesting = start
            nesting.skip(share.lowerBound)
            return rows.text(share, nesting)
        }
        guard shares.count > 1 else { return try await append(shares.first.map(text) ?? []) }
        var stream = self
        try await withThrowingTaskGroup(of: (Int, [UInt8]).self) { group in
            var begun = 0, written = 0, done: [Int: [UInt8]] = [:]
            // One more than are written at once by two, so that nobody waits while a text is sent.
            while written < shares.count {
                while begun < min(written + 3, shares.count) {
                    group.addTask { [begun] in (begun, text(shares[begun])) }
                    begun += 1
                }
                guard let (index, text) = try await group.next() else { break }
                done[index] = text
                while let text = done.removeValue(forKey: written) {
                    try await stream.append(text)
                    written += 1
                }
            }
        }
        self = stream
    }
}
