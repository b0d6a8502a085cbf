/// A text, or a pair of texts, as tokens: four parallel arrays, one element a token.
public struct Encoding: Sendable, Equatable {
    /// Vocabulary ids.
    public var ids: [Int32]
    /// The segment of each token: for BERT 0 in the first text, 1 in the second.
    public var typeIDs: [Int32]
    /// Half-open ranges of Unicode code points in the text that the token comes from (the second text for its tokens);
    /// `0..<0` for special tokens that the template added.
    public var offsets: [Range<Int>]
    /// True for special tokens that the template added; false for those that stood in the text.
    public var specialTokensMask: [Bool]

    public init(
        ids: [Int32] = [], typeIDs: [Int32] = [], offsets: [Range<Int>] = [], specialTokensMask: [Bool] = []
    ) {
        self.ids = ids
        self.typeIDs = typeIDs
        self.offsets = offsets
        self.specialTokensMask = specialTokensMask
    }

    /// The number of tokens, special ones counted.
    public var count: Int { ids.count }

    mutating func reserveCapacity(_ count: Int) {
        ids.reserveCapacity(count)
        typeIDs.reserveCapacity(count)
        offsets.reserveCapacity(count)
        specialTokensMask.reserveCapacity(count)
    }

    mutating func append(specialToken id: Int32, typeID: Int32) {
        ids.append(id)
        typeIDs.append(typeID)
        offsets.append(0..<0)
        specialTokensMask.append(true)
    }

    mutating func append(_ tokens: TokenSequence, typeID: Int32) {
        ids.append(contentsOf: tokens.ids)
        typeIDs.append(contentsOf: repeatElement(typeID, count: tokens.count))
        offsets.append(contentsOf: tokens.offsets)
        specialTokensMask.append(contentsOf: repeatElement(false, count: tokens.count))
    }
}
