/// The keys with the largest weights of each of some rows, the strongest first; of equal weights the lower index comes first.
public struct StrongestKeys: Sendable, Equatable {
    /// Keys of each row: as many as were asked for, or the whole row where it is shorter.
    public let count: Int
    /// `[rows, count]`
    public let indices: [Int32]
    /// `[rows, count]`
    public let weights: [Float]

    /// - Parameters:
    ///   - count: how many are wanted of each row, 0 or more.
    ///   - rows: rows of `length` weights, one after the other, none of which is NaN.
    public init(_ count: Int, of rows: [Float], length: Int) {
        precondition(count >= 0 && length >= 0 && length <= Int32.max)
        precondition(length == 0 ? rows.isEmpty : rows.count % length == 0, "\(rows.count) weights in rows of \(length)")
        self.count = min(count, length)
        let rowCount = self.count == 0 ? 0 : rows.count / length
        var indices: [Int32] = [], weights: [Float] = []
        indices.reserveCapacity(rowCount * self.count)
        weights.reserveCapacity(rowCount * self.count)
        var heap = [UInt64](repeating: 0, count: self.count)
        for row in 0..<rowCount {
            Self.select(rows.span.extracting(row * length..<(row + 1) * length), into: &heap)
            heap.sort(by: >)
            for rank in heap {
                let index = UInt32.max - UInt32(truncatingIfNeeded: rank)
                indices.append(Int32(index))
                weights.append(rows[row * length + Int(index)])
            }
        }
        self.indices = indices
        self.weights = weights
    }

    /// Fills the heap, whose first element is its smallest, with the largest ranks of the row: N comparisons, and log k steps for each key
    /// that is among the strongest so far.
    private static func select(_ row: Span<Float>, into heap: inout [UInt64]) {
        for index in heap.indices { heap[index] = rank(row[index], index) }
        for index in heap.indices.reversed() { sink(index, &heap) }
        for index in heap.count..<row.count {
            let rank = rank(row[index], index)
            if rank > heap[0] {
                heap[0] = rank
                sink(0, &heap)
            }
        }
    }

    /// A number in which the order of the weights comes before the reversed order of the indices.
    @inline(__always)
    private static func rank(_ weight: Float, _ index: Int) -> UInt64 {
        // The bits of floats are ordered like the floats when those of negative ones are turned over. Adding 0 makes -0 a 0.
        let bits = (weight + 0).bitPattern
        let ordered = bits >> 31 == 1 ? ~bits : bits | 1 << 31
        return UInt64(ordered) << 32 | UInt64(UInt32.max - UInt32(truncatingIfNeeded: index))
    }

    private static func sink(_ start: Int, _ heap: inout [UInt64]) {
        var parent = start
        let moved = heap[start]
        while 2 * parent + 1 < heap.count {
            var child = 2 * parent + 1
            if child + 1 < heap.count, heap[child + 1] < heap[child] { child += 1 }
            guard heap[child] < moved else { break }
            heap[parent] = heap[child]
            parent = child
        }
        heap[parent] = moved
    }
}
