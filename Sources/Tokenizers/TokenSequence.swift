/// The tokens of one text before the post-processor adds special ones.
struct TokenSequence {
    var ids: [Int32] = []
    /// Half-open ranges of code points in the text.
    var offsets: [Range<Int>] = []
    /// The whitespace at the ends of each token; empty where nobody asks for it.
    var spaces: [TokenSpaces] = []

    var count: Int { ids.count }

    mutating func append(id: Int32, offsets range: Range<Int>) {
        ids.append(id)
        offsets.append(range)
    }

    /// Turns the tokens from `start` on around.
    mutating func reverse(from start: Int) {
        var (lower, upper) = (start, count - 1)
        while lower < upper {
            ids.swapAt(lower, upper)
            offsets.swapAt(lower, upper)
            lower += 1
            upper -= 1
        }
    }

    /// Forgets the tokens from `count` on.
    mutating func truncate(to count: Int) {
        ids.removeSubrange(count...)
        offsets.removeSubrange(count...)
    }

    /// A part of the tokens.
    subscript(range: Range<Int>) -> TokenSequence {
        TokenSequence(
            ids: Array(ids[range]), offsets: Array(offsets[range]), spaces: spaces.isEmpty ? [] : Array(spaces[range]))
    }

    /// Keeps at most `count` tokens, dropping from the given side.
    mutating func truncate(to count: Int, side: TruncationSide) {
        guard count < self.count else { return }
        self = self[side == .right ? 0..<count : self.count - count..<self.count]
    }
}
