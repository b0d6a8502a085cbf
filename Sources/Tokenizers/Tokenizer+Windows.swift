/// Which text of a pair is cut where both together are too long. The names are those of the reference.
public enum TruncationStrategy: String, Sendable, Equatable {
    /// The longer one, then both.
    case longestFirst = "longest_first"
    case onlyFirst = "only_first"
    /// As for question answering, where the question comes first and stays whole.
    case onlySecond = "only_second"
}

extension Tokenizer {
    /// The tokens of a text or of a pair in windows that each have at most `maximumLength` tokens, special ones counted: what `encode`
    /// would drop stands in further ones. They come in the order in which the reference gives them with `overflowing`: from the side
    /// where the text is kept to the one where it is cut; of a pair, each further part of one text with all parts of the other.
    /// In all of them segments are those of the template, where the reference's further ones ignore it.
    ///
    /// - Parameters:
    ///   - stride: how many tokens of a text a window repeats from the one before it.
    ///   - maximumCount: the most windows. A stride close to the length, and two long texts, could give any number of them.
    /// - Throws: `WindowError` where no windows can hold the texts so, or more than `maximumCount` would be needed.
    public func encodeWindows(
        _ text: String, pair: String? = nil, addSpecialTokens: Bool = true, maximumLength: Int, stride: Int = 0,
        strategy: TruncationStrategy = .longestFirst, maximumCount: Int = 1024
    ) throws(WindowError) -> [Encoding] {
        let added = addSpecialTokens ? postProcessor.addedTokenCount(isPair: pair != nil) : 0
        guard maximumLength > added else { throw .noRoom(maximumLength: maximumLength, addedTokenCount: added) }
        let room = maximumLength - added
        guard (0..<room).contains(stride) else { throw .strideTooLarge(stride: stride, length: room) }

        let first = tokenize(text)
        let second = pair.map(tokenize)
        let lengths = try strategy.lengths(first.count, second?.count, maximum: room)
        guard lengths.first > 0 || first.count == 0, lengths.second > 0 || second?.count ?? 0 == 0 else {
            throw .noRoom(maximumLength: maximumLength, addedTokenCount: added)
        }
        let side = configuration.truncationSide
        let firstParts = try WindowParts(first.count, length: lengths.first, stride: stride, side: side)
        let secondParts = try WindowParts(second?.count ?? 0, length: lengths.second, stride: stride, side: side)

        let order = postProcessor.textOrder(isPair: pair != nil)
        let windows = try WindowParts.combinations(
            order.contains(.first) ? firstParts.count : 1, order.contains(.second) ? secondParts.count : 1,
            secondComesFirst: order.first == .second, maximumCount: maximumCount)
        return windows.map { window in
            postProcessor.process(
                first[firstParts[window.first]], pair: second.map { $0[secondParts[window.second]] },
                addSpecialTokens: addSpecialTokens)
        }
    }
}

extension TruncationStrategy {
    /// How many tokens a window has of each text at most, where both together may have `maximum`.
    fileprivate func lengths(_ first: Int, _ second: Int?, maximum: Int) throws(WindowError) -> (first: Int, second: Int) {
        let excess = first + (second ?? 0) - maximum
        guard excess > 0 else { return (first, second ?? 0) }
        switch self {
        case .longestFirst:
            guard let second else { return (maximum, 0) }
            return Truncation.lengths(first, second, maximum: maximum)
        case .onlyFirst:
            guard first > excess else { throw .textTooShort(tokenCount: first, excess: excess) }
            return (first - excess, second ?? 0)
        case .onlySecond:
            guard let second else { throw .pairMissing }
            guard second > excess else { throw .textTooShort(tokenCount: second, excess: excess) }
            return (first, second - excess)
        }
    }
}

/// The parts of a text that stand in its windows.
private struct WindowParts {
    private let tokenCount: Int
    private let length: Int
    private let step: Int
    private let side: TruncationSide
    let count: Int

    /// - Parameter length: the most tokens of a part, at least 1 where there are any.
    init(_ tokenCount: Int, length: Int, stride: Int, side: TruncationSide) throws(WindowError) {
        self.tokenCount = tokenCount
        self.length = min(length, tokenCount)
        self.side = side
        guard tokenCount > length else {
            step = 0
            count = 1
            return
        }
        guard stride < length else { throw .strideTooLarge(stride: stride, length: length) }
        step = length - stride
        count = 1 + (tokenCount - length + step - 1) / step
    }

    /// The first part lies at the side where the text is kept.
    subscript(index: Int) -> Range<Int> {
        let start = index * step
        let end = min(start + length, tokenCount)
        return side == .right ? start..<end : tokenCount - end..<tokenCount - start
    }

    /// The pairs of parts, by index, that the windows of two texts hold, in the reference's order.
    static func combinations(
        _ firstCount: Int, _ secondCount: Int, secondComesFirst: Bool, maximumCount: Int
    ) throws(WindowError) -> [(first: Int, second: Int)] {
        let (count, isOverflowing) = firstCount.multipliedReportingOverflow(by: secondCount)
        guard !isOverflowing, count <= maximumCount else { throw .tooManyWindows(maximumCount: maximumCount) }
        let (outerCount, innerCount) = secondComesFirst ? (secondCount, firstCount) : (firstCount, secondCount)
        var pairs = [(outer: 0, inner: 0)]
        for outer in 1..<max(1, outerCount) {
            for inner in 0..<innerCount { pairs.append((outer, inner)) }
        }
        for inner in 1..<max(1, innerCount) { pairs.append((0, inner)) }
        return pairs.map { secondComesFirst ? (first: $0.inner, second: $0.outer) : (first: $0.outer, second: $0.inner) }
    }
}
