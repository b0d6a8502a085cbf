import Tokenizers

/// A tokenizer.json and, behind a zero byte, which JSON cannot hold, a text.
enum TokenizerTarget {
    /// Of the kinds that the steps treat apart: accents composed, decomposed and out of order, ideographs, special tokens, whitespace.
    private static let texts = [
        "", "abc ab, the [CLS] naïve  sw [M] <r> ",
        "e\u{301}\u{323}x\u{315}\u{300}\u{5AE} 각 İ ΑΣ 中文\u{FFFD}\u{0}\n\u{200D}\u{3000}<b> \u{1F468}",
    ]

    static func run(_ input: [UInt8]) throws(FuzzFinding) {
        let parts = input.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false)
        guard let tokenizer = try? Tokenizer(tokenizerJSON: Array(parts[0])) else { return }
        let own = parts.count == 2 ? [String(decoding: parts[1], as: UTF8.self)] : []
        for text in texts + own {
            try checkEncodings(tokenizer, text)
            _ = tokenizer.decode(tokenizer.encode(text).ids)
            try checkTruncation(tokenizer, text)
        }
    }

    private static func checkEncodings(_ tokenizer: Tokenizer, _ text: String) throws(FuzzFinding) {
        let bare = tokenizer.encode(text, addSpecialTokens: false)
        try checkTokens(bare, of: tokenizer, [text])
        let single = tokenizer.encode(text)
        try checkTokens(single, of: tokenizer, [text])
        try checkTemplate(single, of: tokenizer, isPair: false)
        let pair = tokenizer.encode(text, pair: texts[1])
        try checkTokens(pair, of: tokenizer, [text, texts[1]])
        try checkTemplate(pair, of: tokenizer, isPair: true)
    }

    /// The tokens that stand for a part of a text.
    private static func checkTokens(_ encoding: Encoding, of tokenizer: Tokenizer, _ texts: [String]) throws(FuzzFinding) {
        let count = encoding.ids.count
        let counts = [encoding.typeIDs.count, encoding.offsets.count, encoding.specialTokensMask.count]
        try check(counts.allSatisfy { $0 == count }, "there are \(counts) elements for \(count) ids")
        let length = texts.map(\.unicodeScalars.count).max() ?? 0
        var start = 0, falls = 0
        for index in 0..<count where !encoding.specialTokensMask[index] {
            let offsets = encoding.offsets[index]
            try check(tokenizer.token(for: encoding.ids[index]) != nil, "the id \(encoding.ids[index]) is not in the vocabulary")
            // What a normalizer puts before all of the text has none of it.
            try check(offsets.upperBound <= length, "the offsets \(offsets) are not in the text")
            // Where the second text begins, the offsets begin again.
            if offsets.lowerBound < start { falls += 1 }
            start = offsets.lowerBound
        }
        try check(falls < texts.count, "the offsets fall")
    }

    /// What a template promises before anything is encoded.
    private static func checkTemplate(_ encoding: Encoding, of tokenizer: Tokenizer, isPair: Bool) throws(FuzzFinding) {
        let added = encoding.ids.indices.filter { encoding.specialTokensMask[$0] }
        try check(added.count == tokenizer.addedTokenCount(isPair: isPair), "\(added.count) special tokens are added")
        try check(added.allSatisfy { encoding.ids[$0] <= tokenizer.largestTemplateID ?? -1 }, "a special token is above the largest")
        try check(added.allSatisfy { encoding.offsets[$0].isEmpty }, "a special token has offsets")
        let segments = 0...tokenizer.largestTypeID(isPair: isPair)
        try check(encoding.typeIDs.allSatisfy(segments.contains), "a segment is above the largest")
    }

    /// A text cut to a length is the beginning of the whole one.
    private static func checkTruncation(_ tokenizer: Tokenizer, _ text: String) throws(FuzzFinding) {
        let added = tokenizer.addedTokenCount(isPair: false)
        let whole = tokenizer.encode(text, addSpecialTokens: false)
        for maximum in [0, added + 1, added + 3] {
            let cut = tokenizer.encode(text, maximumLength: maximum)
            try check(cut.count <= max(maximum, added), "\(cut.count) tokens are more than \(maximum)")
            let ids = cut.ids.indices.filter { !cut.specialTokensMask[$0] }.map { cut.ids[$0] }
            try check(whole.ids.starts(with: ids), "the truncated text is not the beginning of the whole one")
        }
    }
}
