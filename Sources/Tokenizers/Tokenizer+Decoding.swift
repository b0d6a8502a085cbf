extension Tokenizer {
    /// The text that tokens stand for, as the reference's `decode` gives it: what the decoder of tokenizer.json makes of them,
    /// or, without one, the tokens with spaces between. Ids outside the vocabulary are passed over.
    ///
    /// - Parameter skipSpecialTokens: leaves out special tokens.
    public func decode(_ ids: [Int32], skipSpecialTokens: Bool = true) -> String {
        var tokens: [[UInt8]] = []
        for id in ids {
            guard let token = token(for: id).map({ [UInt8]($0.utf8) }) else { continue }
            if skipSpecialTokens, addedVocabulary.isSpecial(token) { continue }
            tokens.append(token)
        }
        decoder?.decode(&tokens)
        let separator = decoder == nil ? [UInt8(ascii: " ")] : []
        return String(decoding: Array(tokens.joined(separator: separator)), as: UTF8.self)
    }
}
