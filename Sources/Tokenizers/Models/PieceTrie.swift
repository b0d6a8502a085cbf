/// Pieces as a trie over their UTF-8 bytes, which finds all pieces that begin at a place of a text in one walk.
///
/// Nodes are numbered level by level, and within a level by their pieces' order: the children of a node lie side by side,
/// and 9 bytes a node are all it takes.
struct PieceTrie: Sendable {
    static let root: Int32 = 0

    private struct Node {
        /// The next node's first child ends the children.
        var firstChild: Int32
        /// The piece that ends here; -1 where none does.
        var id: Int32
    }

    /// One more than there are closes the last one's children.
    private var nodes: [Node] = []
    /// The byte that leads to each node.
    private var labels: [UInt8] = []
    /// The children of the root by byte, for most walks end there or one step on.
    private var rootChildren = [Int32](repeating: -1, count: 256)

    /// - Parameters:
    ///   - bytes: the pieces one after another.
    ///   - starts: where each begins; one more element closes the last. Of equal pieces the last counts.
    init(bytes: [UInt8], starts: [Int32]) {
        let order = Self.sorted(bytes, starts)
        // The pieces below each node of a level, as a range of the order, the level's depth being the bytes that they share.
        var level = [0..<order.count]
        var depth = 0
        labels.append(0)
        while !level.isEmpty {
            var children: [Range<Int>] = []
            let firstOfChildren = labels.count
            for node in level {
                var position = node.lowerBound
                let end = node.upperBound
                var id: Int32 = -1
                // Pieces that end here sort before those that go on.
                while position < end, Int(starts[Int(order[position]) + 1] - starts[Int(order[position])]) == depth {
                    id = order[position]
                    position += 1
                }
                nodes.append(Node(firstChild: Int32(truncatingIfNeeded: firstOfChildren + children.count), id: id))
                func label(_ index: Int) -> UInt8 { bytes[Int(starts[Int(order[index])]) + depth] }
                while position < end {
                    let byte = label(position)
                    var childEnd = position + 1
                    while childEnd < end, label(childEnd) == byte { childEnd += 1 }
                    labels.append(byte)
                    children.append(position..<childEnd)
                    position = childEnd
                }
            }
            level = children
            depth += 1
        }
        nodes.append(Node(firstChild: Int32(truncatingIfNeeded: labels.count), id: -1))
        for child in nodes[0].firstChild..<nodes[1].firstChild { rootChildren[Int(labels[Int(child)])] = child }
    }

    /// The indices of the pieces in the order of their bytes; equal ones in their own.
    private static func sorted(_ bytes: [UInt8], _ starts: [Int32]) -> [Int32] {
        let count = starts.count - 1
        func piece(_ index: Int32) -> ArraySlice<UInt8> { bytes[Int(starts[Int(index)])..<Int(starts[Int(index) + 1])] }
        // Eight bytes at once settle most comparisons. Where a piece is shorter, zeros stand for what it lacks.
        var keys = (0..<Int32(count)).map { index -> (head: UInt64, index: Int32) in
            let head = piece(index).prefix(8)
            return (head.reduce(0) { $0 << 8 | UInt64($1) } << UInt64(8 * (8 - head.count)), index)
        }
        keys.sort { left, right in
            if left.head != right.head { return left.head < right.head }
            let (first, second) = (piece(left.index), piece(right.index))
            if first.lexicographicallyPrecedes(second) { return true }
            return first.count == second.count && left.index < right.index && first.elementsEqual(second)
        }
        return keys.map(\.index)
    }

    /// The node that a byte leads to; nil where no piece goes on with it.
    func child(of node: Int32, _ byte: UInt8) -> Int32? {
        if node == Self.root {
            let child = rootChildren[Int(byte)]
            return child >= 0 ? child : nil
        }
        var lower = nodes[Int(node)].firstChild
        var upper = nodes[Int(node) + 1].firstChild
        while upper - lower > 4 {
            let middle = lower + (upper - lower) / 2
            if labels[Int(middle)] <= byte { lower = middle } else { upper = middle }
        }
        while lower < upper {
            if labels[Int(lower)] == byte { return lower }
            lower += 1
        }
        return nil
    }

    /// The piece that ends at a node; nil where none does.
    func id(at node: Int32) -> Int32? {
        let id = nodes[Int(node)].id
        return id >= 0 ? id : nil
    }

    /// The piece that is a range of the text.
    func id(for text: [UInt8], _ range: Range<Int>) -> Int32? {
        var node = Self.root
        for index in range {
            guard let child = child(of: node, text[index]) else { return nil }
            node = child
        }
        return id(at: node)
    }
}
