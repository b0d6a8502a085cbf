/// The brackets of an array of arrays whose rows come one after the other.
struct JSONNesting {
    /// For each dimension, the outermost first, after how many rows an array of it is complete.
    private let spans: [Int]
    private var row = 0

    /// - Parameter shape: of the rows, each dimension at least 1; empty for a single row.
    init(_ shape: some Collection<Int>) {
        spans = shape.indices.map { first in shape[first...].reduce(1, *) }
    }

    /// What stands before the next row.
    mutating func open(_ text: inout [UInt8]) {
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

extension JSONStream {
    /// Rows of an array, each in its brackets.
    /// - Parameter length: of a row, at least 1.
    mutating func rows<Element>(
        of values: [Element], length: Int, _ nesting: inout JSONNesting, _ write: (ArraySlice<Element>, inout [UInt8]) -> Void
    ) async throws {
        for start in stride(from: 0, to: values.count, by: length) {
            try await element { text in
                nesting.open(&text)
                write(values[start..<start + length], &text)
                nesting.close(&text)
            }
        }
    }
}
