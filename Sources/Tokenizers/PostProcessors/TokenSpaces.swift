/// How many characters at the beginning and at the end of a token are whitespace, or `Ġ`, the space of byte-level vocabularies.
struct TokenSpaces: Sendable, Equatable {
    var leading: Int32
    var trailing: Int32

    init(leading: Int32, trailing: Int32) {
        self.leading = leading
        self.trailing = trailing
    }

    /// - Parameter token: well-formed UTF-8.
    init(_ token: some BidirectionalCollection<UInt8>) {
        let scalars = String(decoding: token, as: UTF8.self).unicodeScalars
        leading = Int32(clamping: scalars.prefix(while: Self.isSpace).count)
        trailing = Int32(clamping: scalars.reversed().prefix(while: Self.isSpace).count)
    }

    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value == ByteAlphabet.scalars[Int(UInt8(ascii: " "))] || CharacterTable.shared[scalar.value].contains(.whitespace)
    }
}

/// The whitespace at the ends of a model's tokens, by id.
struct TokenSpacesTable: Sendable {
    private let model: any TokenizerModel
    private let spaces: [TokenSpaces]

    init(_ model: any TokenizerModel) {
        self.model = model
        spaces = (0..<Int32(clamping: model.vocabularySize)).map { TokenSpaces((model.token(for: $0) ?? "").utf8) }
    }

    /// Ids may be greater than the vocabulary is large.
    private subscript(id: Int32) -> TokenSpaces {
        spaces.indices.contains(Int(id)) ? spaces[Int(id)] : TokenSpaces((model.token(for: id) ?? "").utf8)
    }

    /// Adds what is missing for the tokens at the end, which are the model's.
    func complete(_ tokens: inout TokenSequence) {
        for token in tokens.tokens[tokens.spaces.count...] { tokens.spaces.append(self[token.id]) }
    }
}

/// The whitespace at the ends of the added tokens in a text, which are asked for from left to right.
struct AddedTokenSpaces {
    /// The token of nothing but whitespace that ends last, as bytes and in characters. Those behind it may be the rest of it, the rest
    /// of the rest, and so on: a token of a space that takes the whitespace behind it along. They are counted once.
    private var whitespace = 0..<0
    private var whitespaceCount: Int32 = 0

    /// - Parameters:
    ///   - text: well-formed UTF-8, the same each time.
    ///   - range: not empty.
    mutating func spaces(of text: [UInt8], _ range: Range<Int>) -> TokenSpaces {
        if range.upperBound == whitespace.upperBound, whitespace.contains(range.lowerBound) {
            whitespaceCount -= Self.scalarCount(text[whitespace.lowerBound..<range.lowerBound])
            whitespace = range
            return TokenSpaces(leading: whitespaceCount, trailing: whitespaceCount)
        }
        let spaces = TokenSpaces(text[range])
        if range.upperBound > whitespace.upperBound, spaces.leading == Self.scalarCount(text[range]) {
            whitespace = range
            whitespaceCount = spaces.leading
        }
        return spaces
    }

    private static func scalarCount(_ utf8: ArraySlice<UInt8>) -> Int32 {
        Int32(clamping: utf8.count { !$0.isUTF8Continuation })
    }
}
