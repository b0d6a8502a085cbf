/// A text, or a pair of texts, as tokens: parallel arrays, one element a token.
public struct Encoding: Sendable, Equatable {
    /// Vocabulary ids.
    public var ids: [Int32]
    /// The segment of each token: for BERT 0 in the first text, 1 in the second.
    public var typeIDs: [Int32]
    /// Half-open ranges of Unicode code points in the text that the token comes from (the second text for its tokens);
    /// `0..<0` for special tokens that the template added.
    public var offsets: [Range<Int>]
    /// Which word of its text each token is of; nil for special tokens that the template added.
    public var wordIDs: WordIDs
    /// The positions of the second text's tokens, none where truncation left none; nil where there is one text alone.
    public var secondText: Range<Int>?

    public init(
        ids: [Int32] = [], typeIDs: [Int32] = [], offsets: [Range<Int>] = [], wordIDs: WordIDs = WordIDs(), secondText: Range<Int>? = nil
    ) {
        self.ids = ids
        self.typeIDs = typeIDs
        self.offsets = offsets
        self.wordIDs = wordIDs
        self.secondText = secondText
    }

    /// The number of tokens, special ones counted.
    public var count: Int { ids.count }

    /// True for special tokens that the template added; false for those that stood in the text.
    public var specialTokensMask: LazyMapCollection<WordIDs, Bool> { wordIDs.lazy.map { $0 == nil } }

    mutating func reserveCapacity(_ count: Int) {
        ids.reserveCapacity(count)
        typeIDs.reserveCapacity(count)
        offsets.reserveCapacity(count)
        wordIDs.reserveCapacity(count)
    }

    mutating func append(specialToken id: Int32, typeID: Int32) {
        ids.append(id)
        typeIDs.append(typeID)
        offsets.append(0..<0)
        wordIDs.appendNone()
    }

    mutating func append(_ tokens: TokenSequence, typeID: Int32) {
        ids.append(contentsOf: tokens.tokens.lazy.map { $0.id })
        typeIDs.append(contentsOf: repeatElement(typeID, count: tokens.count))
        offsets.append(contentsOf: tokens.tokens.lazy.map { $0.offsets })
        wordIDs.append(contentsOf: tokens.tokens.lazy.map { $0.word })
    }

    mutating func append(second tokens: TokenSequence, typeID: Int32) {
        secondText = count..<count + tokens.count
        append(tokens, typeID: typeID)
    }
}
