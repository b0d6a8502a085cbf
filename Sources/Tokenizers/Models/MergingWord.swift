/// A word while byte pair encoding merges it: its symbols as a linked list, and a heap of the pairs that can be merged,
/// so that a word of n symbols takes n log n steps.
struct MergingWord {
    struct Symbol {
        var id: Int32
        /// 0 once the symbol has become part of the one before it.
        var byteCount: Int32
        /// Indices of the neighbours; -1 where there is none.
        var previous: Int32
        var next: Int32
    }

    private let symbols: UnsafeMutableBufferPointer<Symbol>
    private(set) var symbolCount = 0
    /// A binary heap of rank above the left symbol's index: the lowest rank first, of equal ones the leftmost.
    private let queue: UnsafeMutableBufferPointer<UInt64>
    private var queueCount = 0

    /// An empty word.
    ///
    /// - Parameters:
    ///   - symbols: room for as many symbols as will be appended.
    ///   - queue: room for twice as many: a merge takes at least one pair out and puts at most two in.
    init(symbols: UnsafeMutableBufferPointer<Symbol>, queue: UnsafeMutableBufferPointer<UInt64>) {
        self.symbols = symbols
        self.queue = queue
    }

    mutating func append(id: Int32, byteCount: Int) {
        let index = Int32(truncatingIfNeeded: symbolCount)
        if symbolCount > 0 { symbols[symbolCount - 1].next = index }
        symbols.initializeElement(
            at: symbolCount, to: Symbol(id: id, byteCount: Int32(truncatingIfNeeded: byteCount), previous: index - 1, next: -1))
        symbolCount += 1
    }

    /// Calls `body` with what is left of the symbols, in order.
    func forEach(_ body: (_ id: Int32, _ byteCount: Int) -> Void) {
        for symbol in symbols[..<symbolCount] where symbol.byteCount > 0 { body(symbol.id, Int(symbol.byteCount)) }
    }

    mutating func mergeAll(_ merges: MergeTable) {
        guard symbolCount > 1 else { return }
        for index in 0..<symbolCount - 1 { enqueue(Int32(truncatingIfNeeded: index), merges) }
        while let (rank, left) = dequeue() {
            let index = Int(left)
            let id = merges.id(rank: rank)
            guard symbols[index].byteCount > 0, symbols[index].next >= 0 else { continue }
            let right = symbols[Int(symbols[index].next)]
            // The pair may have changed since. As in the reference, another one that makes the same token will do.
            guard merges.merge(symbols[index].id, right.id)?.id == id else { continue }
            symbols[Int(symbols[index].next)].byteCount = 0
            symbols[index].id = id
            symbols[index].byteCount += right.byteCount
            symbols[index].next = right.next
            if right.next >= 0 { symbols[Int(right.next)].previous = left }
            if symbols[index].previous >= 0 { enqueue(symbols[index].previous, merges) }
            enqueue(left, merges)
        }
    }

    // MARK: Queue

    /// Puts the pair that begins with a symbol into the queue, where it can be merged.
    private mutating func enqueue(_ left: Int32, _ merges: MergeTable) {
        let symbol = symbols[Int(left)]
        guard symbol.next >= 0, let merge = merges.merge(symbol.id, symbols[Int(symbol.next)].id) else { return }
        let entry = UInt64(UInt32(bitPattern: merge.rank)) << 32 | UInt64(UInt32(bitPattern: left))
        var index = queueCount
        queueCount += 1
        while index > 0 {
            let parent = (index - 1) / 2
            guard entry < queue[parent] else { break }
            queue.initializeElement(at: index, to: queue[parent])
            index = parent
        }
        queue.initializeElement(at: index, to: entry)
    }

    private mutating func dequeue() -> (rank: Int32, left: Int32)? {
        guard queueCount > 0 else { return nil }
        let first = queue[0]
        queueCount -= 1
        let last = queue[queueCount]
        var index = 0
        while 2 * index + 1 < queueCount {
            var child = 2 * index + 1
            if child + 1 < queueCount, queue[child + 1] < queue[child] { child += 1 }
            guard queue[child] < last else { break }
            queue[index] = queue[child]
            index = child
        }
        queue[index] = last
        return (Int32(truncatingIfNeeded: first >> 32), Int32(truncatingIfNeeded: first & 0xFFFF_FFFF))
    }
}
