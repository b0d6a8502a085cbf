import Tokenizers

/// A word of an encoded text: what its pre-tokenizer left, or an added token.
public struct EncodedWord: Sendable, Equatable {
    /// Whether it is of the second text of a pair.
    public var isOfSecondText: Bool
    /// Positions in the encoding.
    public var tokens: Range<Int>
    /// Half-open range of code points in its own text, from its first token to its last.
    public var offsets: Range<Int>
}

extension Encoding {
    /// The words that have a token, in the order of the tokens. Special tokens that the template added are of none.
    public var words: [EncodedWord] {
        var words: [EncodedWord] = []
        var last: (id: Int32, isOfSecondText: Bool)?
        for (position, id) in wordIDs.enumerated() {
            guard let id else {
                last = nil
                continue
            }
            let isOfSecondText = secondText?.contains(position) ?? false
            if let last, last == (id, isOfSecondText) {
                words[words.count - 1].include(offsets[position])
            } else {
                words.append(EncodedWord(isOfSecondText: isOfSecondText, tokens: position..<position + 1, offsets: offsets[position]))
            }
            last = (id, isOfSecondText)
        }
        return words
    }
}

extension EncodedWord {
    /// Takes in the token that follows. Tokens may overlap, and need not rise.
    fileprivate mutating func include(_ range: Range<Int>) {
        tokens = tokens.lowerBound..<tokens.upperBound + 1
        offsets = min(offsets.lowerBound, range.lowerBound)..<max(offsets.upperBound, range.upperBound)
    }
}
