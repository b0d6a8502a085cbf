/// The added tokens of a tokenizer, and where they stand in a text.
///
/// Two passes: tokens that are not normalized are found in the text as it came, the others in the normalized pieces between.
struct AddedVocabulary: Sendable {
    /// By rising id.
    let tokens: [(id: Int32, token: AddedToken)]
    /// The tokens as `id_to_token` of the reference gives them back: normalized where the token is.
    private let spellings: [Int32: String]
    private let idsByContent: [[UInt8]: Int32]
    private let specialContents: Set<[UInt8]>
    private let unnormalizedMatcher: PatternMatcher
    private let normalizedMatcher: PatternMatcher

    enum Pass { case unnormalized, normalized }

    /// A stretch of the text: an added token where `id` is set, else what lies between two.
    struct Piece {
        var id: Int32?
        var range: Range<Int>
    }

    /// Gives each token its id: that of the model's vocabulary where the token is in it, else the next free one.
    /// The ids that tokenizer.json states for added tokens do not count, as they do not in the reference.
    init(_ added: [AddedToken], model: any TokenizerModel, normalizer: (any Normalizer)?) {
        var nextID = Int32(clamping: model.vocabularySize)
        var tokensByID: [Int32: AddedToken] = [:]
        var idsByContent: [[UInt8]: Int32] = [:]
        for token in added where !token.content.isEmpty {
            let content = [UInt8](token.content.utf8)
            var id = idsByContent[content] ?? model.id(for: content)
            if id == nil {
                id = nextID
                nextID += 1
            }
            idsByContent[content] = id
            tokensByID[id!] = token
        }
        tokens = tokensByID.sorted { $0.key < $1.key }.map { (id: $0.key, token: $0.value) }
        specialContents = Set(tokens.filter(\.token.special).map { [UInt8]($0.token.content.utf8) })
        var unnormalized: [(bytes: [UInt8], value: Int)] = []
        var normalized: [(bytes: [UInt8], value: Int)] = []
        var spellings: [Int32: String] = [:]
        for (index, (id, token)) in tokens.enumerated() {
            guard token.normalized else {
                unnormalized.append(([UInt8](token.content.utf8), index))
                spellings[id] = token.content
                continue
            }
            var text = NormalizedText(token.content)
            normalizer?.normalize(&text)
            normalized.append((text.utf8, index))
            spellings[id] = String(decoding: text.utf8, as: UTF8.self)
        }
        self.spellings = spellings
        self.idsByContent = idsByContent
        unnormalizedMatcher = PatternMatcher(unnormalized)
        normalizedMatcher = PatternMatcher(normalized)
    }

    func spelling(for id: Int32) -> String? { spellings[id] }

    func id(for content: [UInt8]) -> Int32? { idsByContent[content] }

    /// Whether a token is special, by its content: one that normalization changes is not known by what `spelling` gives.
    func isSpecial(_ token: [UInt8]) -> Bool { specialContents.contains(token) }

    /// Cuts a text (UTF-8) into added tokens and what lies between, in order. Where no token stands in it: one piece.
    /// Linear in the length of the text.
    func pieces(of text: [UInt8], pass: Pass) -> [Piece] {
        let matcher = pass == .unnormalized ? unnormalizedMatcher : normalizedMatcher
        guard !matcher.isEmpty, var match = matcher.firstMatch(in: text, from: 0) else {
            return [Piece(id: nil, range: 0..<text.count)]
        }
        var pieces: [Piece] = []
        var end = 0
        var whitespaceRun = 0..<0
        while true {
            if let range = extent(of: match, in: text, behind: end, whitespaceRun: &whitespaceRun) {
                if end < range.lowerBound { pieces.append(Piece(id: nil, range: end..<range.lowerBound)) }
                if !range.isEmpty { pieces.append(Piece(id: tokens[match.value].id, range: range)) }
                // The whitespace that a token took along may hold the next match: pieces then overlap, as the reference's do.
                end = range.upperBound
            }
            guard let following = matcher.firstMatch(in: text, from: match.range.upperBound) else { break }
            match = following
        }
        if end < text.count { pieces.append(Piece(id: nil, range: end..<text.count)) }
        return pieces
    }

    /// What a match covers with the whitespace that it takes along; nil where it is part of a word and must not be,
    /// or where the token before took it whole.
    private func extent(
        of match: PatternMatcher.Match, in text: [UInt8], behind end: Int, whitespaceRun: inout Range<Int>
    ) -> Range<Int>? {
        let token = tokens[match.value].token
        var (lower, upper) = (match.range.lowerBound, match.range.upperBound)
        if token.singleWord {
            if let before = text.scalar(before: lower), CharacterTable.shared[before.value].contains(.word) { return nil }
            if let behind = text.scalar(at: upper), CharacterTable.shared[behind.value].contains(.word) { return nil }
        }
        if token.lstrip {
            while lower > end, let before = text.scalar(before: lower),
                CharacterTable.shared[before.value].contains(.whitespace)
            {
                lower -= before.width
            }
            lower = max(lower, end)
        }
        if token.rstrip {
            // A run is walked once, however many matches lie in it.
            if !whitespaceRun.contains(upper) {
                var runEnd = upper
                while let scalar = text.scalar(at: runEnd), CharacterTable.shared[scalar.value].contains(.whitespace) {
                    runEnd += scalar.width
                }
                whitespaceRun = upper..<runEnd
            }
            upper = whitespaceRun.upperBound
        }
        return lower <= upper ? lower..<upper : nil
    }
}
