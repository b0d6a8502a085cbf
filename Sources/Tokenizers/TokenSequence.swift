/// The tokens of one text before the post-processor adds special ones.
struct TokenSequence {
    var ids: [Int32] = []
    /// Half-open ranges of code points in the text.
    var offsets: [Range<Int>] = []

    var count: Int { ids.count }

    mutating func append(id: Int32, offsets range: Range<Int>) {
        ids.append(id)
        offsets.append(range)
    }

    /// Forgets the tokens from `count` on.
    mutating func truncate(to count: Int) {
        ids.removeSubrange(count...)
        offsets.removeSubrange(count...)
    }

    /// Keeps at most `count` tokens, dropping from the given side.
    mutating func truncate(to count: Int, side: TruncationSide) {
        guard count < self.count else { return }
        switch side {
        case .right:
            truncate(to: count)
        case .left:
            ids.removeFirst(self.count - count)
            offsets.removeFirst(offsets.count - count)
        }
    }
}
