/// The tokens of one text before the post-processor adds special ones.
struct TokenSequence {
    struct Token {
        var id: Int32
        /// The number of the word that it is of.
        var word: Int32
        /// Half-open range of code points in the text.
        var offsets: Range<Int>
    }

    /// One array of all: room is asked for and looked after once a text and once a token.
    private(set) var tokens: [Token] = []
    /// Words so far, those counted that became no token.
    private var wordCount: Int32 = 0
    /// The whitespace at the ends of each token; empty where nobody asks for it.
    var spaces: [TokenSpaces] = []

    var count: Int { tokens.count }

    subscript(index: Int) -> Token {
        get { tokens[index] }
        _modify { yield &tokens[index] }
    }

    /// A token of the word that `endWord` will end.
    mutating func append(id: Int32, offsets range: Range<Int>) {
        tokens.append(Token(id: id, word: wordCount, offsets: range))
    }

    /// Room for so many tokens.
    mutating func reserveCapacity(_ count: Int) {
        tokens.reserveCapacity(count)
    }

    /// The tokens since the last call are those of one word, the next one.
    mutating func endWord() { wordCount += 1 }

    /// Turns the tokens of a word, from `start` on, around.
    mutating func reverse(from start: Int) {
        var (lower, upper) = (start, count - 1)
        while lower < upper {
            tokens.swapAt(lower, upper)
            lower += 1
            upper -= 1
        }
    }

    /// Forgets the tokens of a word, from `count` on.
    mutating func truncate(to count: Int) {
        tokens.removeSubrange(count...)
    }

    /// A part of the tokens.
    subscript(range: Range<Int>) -> TokenSequence {
        var part = TokenSequence()
        part.tokens = Array(tokens[range])
        part.spaces = spaces.isEmpty ? [] : Array(spaces[range])
        return part
    }

    /// Keeps at most `count` tokens, dropping from the given side.
    mutating func truncate(to count: Int, side: TruncationSide) {
        guard count < self.count else { return }
        self = self[side == .right ? 0..<count : self.count - count..<self.count]
    }
}
