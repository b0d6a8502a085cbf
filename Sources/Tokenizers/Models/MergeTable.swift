/// Which pairs of symbols byte pair encoding merges, how early, and into what: an open-addressing table keyed by the pair's ids.
struct MergeTable: Sendable {
    struct Merge {
        /// The place among the merges: the lowest is done first.
        var rank: Int32
        var id: Int32
    }

    private struct Slot {
        var left: Int32
        var right: Int32
        /// -1 where the slot is free.
        var rank: Int32
        var id: Int32
    }

    /// At least twice as many as merges, a power of two.
    private var slots: [Slot]
    private let shift: UInt64
    /// What each rank merges to.
    private let idsByRank: [Int32]

    /// - Parameter merges: in the order of their ranks. Of a pair that repeats, the last counts, as in the reference.
    init(_ merges: [(left: Int32, right: Int32, id: Int32)]) {
        var bitCount = 4
        while 1 << bitCount < merges.count * 2 { bitCount += 1 }
        shift = UInt64(64 - bitCount)
        slots = [Slot](repeating: Slot(left: 0, right: 0, rank: -1, id: 0), count: 1 << bitCount)
        idsByRank = merges.map(\.id)
        for (rank, merge) in merges.enumerated() {
            var slot = firstSlot(merge.left, merge.right)
            while slots[slot].rank >= 0, slots[slot].left != merge.left || slots[slot].right != merge.right {
                slot = (slot + 1) & (slots.count - 1)
            }
            slots[slot] = Slot(left: merge.left, right: merge.right, rank: Int32(rank), id: merge.id)
        }
    }

    /// The merge of a pair; nil where the two stay apart.
    func merge(_ left: Int32, _ right: Int32) -> Merge? {
        var slot = firstSlot(left, right)
        while slots[slot].rank >= 0 {
            if slots[slot].left == left, slots[slot].right == right {
                return Merge(rank: slots[slot].rank, id: slots[slot].id)
            }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    /// What the merge of a rank makes.
    func id(rank: Int32) -> Int32 { idsByRank[Int(rank)] }

    private func firstSlot(_ left: Int32, _ right: Int32) -> Int {
        let pair = UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
        let folded = (pair ^ pair >> 29) &* 0x9E37_79B9_7F4A_7C15
        return Int(truncatingIfNeeded: folded >> shift)
    }
}
