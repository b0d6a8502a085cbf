/// The tokens of one text before the post-processor adds special ones.
struct TokenSequence {
    var ids: [Int32] = []
    /// Half-open ranges of code points in the text.
    var offsets: [Range<Int>] = []
    /// The number of the word that each token is of.
    private(set) var wordIDs: [Int32] = []
    /// Words so far, those counted that became no token.
    private var wordCount: Int32 = 0
    /// The whitespace at the ends of each token; empty where nobody asks for it.
    var spaces: [TokenSpaces] = []

    var count: Int { ids.count }

    mutating func append(id: Int32, offsets range: Range<Int>) {
        ids.append(id)
        offsets.append(range)
    }

    /// Room for so many tokens.
    mutating func reserveCapacity(_ count: Int) {
        ids.reserveCapacity(count)
        offsets.reserveCapacity(count)
        wordIDs.reserveCapacity(count)
    }

    /// The tokens since the last call are those of one word, the next one.
    mutating func endWord() {
        for _ in wordIDs.count..<ids.count { wordIDs.append(wordCount) }
        wordCount += 1
    }

    /// Turns the tokens of a word, from `start` on, around.
    mutating func reverse(from start: Int) {
        var (lower, upper) = (start, count - 1)
        while lower < upper {
            ids.swapAt(lower, upper)
            offsets.swapAt(lower, upper)
            lower += 1
            upper -= 1
        }
    }

    /// Forgets the tokens of a word, from `count` on.
    mutating func truncate(to count: Int) {
        ids.removeSubrange(count...)
        offsets.removeSubrange(count...)
    }

    /// A part of the tokens.
    subscript(range: Range<Int>) -> TokenSequence {
        var part = TokenSequence()
        part.ids = Array(ids[range])
        part.offsets = Array(offsets[range])
        part.wordIDs = Array(wordIDs[range])
        part.spaces = spaces.isEmpty ? [] : Array(spaces[range])
        return part
    }

    /// Keeps at most `count` tokens, dropping from the given side.
    mutating func truncate(to count: Int, side: TruncationSide) {
        guard count < self.count else { return }
        self = self[side == .right ? 0..<count : self.count - count..<self.count]
    }
}
