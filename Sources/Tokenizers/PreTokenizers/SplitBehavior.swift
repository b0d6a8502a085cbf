/// What becomes of the stretches that a pattern matches, the delimiters, when a word is split at them.
enum SplitBehavior: String, CaseIterable {
    /// They are dropped.
    case removed = "Removed"
    /// Each is a word.
    case isolated = "Isolated"
    /// Each belongs to the word before it; those that follow another are words of their own.
    case mergedWithPrevious = "MergedWithPrevious"
    /// Each belongs to the word behind it; those that another follows are words of their own.
    case mergedWithNext = "MergedWithNext"
    /// Those that follow one another are one word.
    case contiguous = "Contiguous"
}

extension JSONFields {
    func splitBehavior(_ name: String) throws(TokenizerError) -> SplitBehavior {
        let value = try string(name)
        guard let behavior = SplitBehavior(rawValue: value) else {
            let names = SplitBehavior.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
            throw invalid(name, "expected one of \(names), found \"\(value)\"")
        }
        return behavior
    }
}

/// Makes words of the stretches of a word, delimiters and what lies between, that come one after the other.
private struct WordJoiner {
    let behavior: SplitBehavior
    /// What the next stretch may still be joined to.
    private var open: Range<Int>?
    private var openEndsWithDelimiter = false

    init(_ behavior: SplitBehavior) {
        self.behavior = behavior
    }

    mutating func append(_ stretch: Range<Int>, isDelimiter: Bool, to words: inout [Range<Int>]) {
        let isJoined =
            switch behavior {
            case .removed, .isolated: false
            case .mergedWithPrevious: isDelimiter && !openEndsWithDelimiter
            case .mergedWithNext: !isDelimiter && openEndsWithDelimiter
            case .contiguous: isDelimiter == openEndsWithDelimiter
            }
        if isJoined, let start = open?.lowerBound {
            open = start..<stretch.upperBound
        } else {
            close(&words)
            if behavior != .removed || !isDelimiter { open = stretch }
        }
        openEndsWithDelimiter = isDelimiter
    }

    /// Hands out the last word, unless it is empty: patterns may match nothing.
    mutating func close(_ words: inout [Range<Int>]) {
        if let open, !open.isEmpty { words.append(open) }
        open = nil
    }
}

extension SplitBehavior {
    /// Appends the words of a word that is split at matches of a pattern: rising ranges in it, without overlap, maybe empty.
    ///
    /// - Parameter invert: what lies between the matches is the delimiters.
    func split(_ word: Range<Int>, at matches: [Range<Int>], invert: Bool, into words: inout [Range<Int>]) {
        var joiner = WordJoiner(self)
        var end = word.lowerBound
        for match in matches {
            if end < match.lowerBound { joiner.append(end..<match.lowerBound, isDelimiter: invert, to: &words) }
            joiner.append(match, isDelimiter: !invert, to: &words)
            end = match.upperBound
        }
        if end < word.upperBound { joiner.append(end..<word.upperBound, isDelimiter: invert, to: &words) }
        joiner.close(&words)
    }
}

extension PreTokenizedText {
    /// Splits at each character for which the closure says so.
    mutating func split(_ behavior: SplitBehavior, where isDelimiter: (_ scalar: UInt32) -> Bool) {
        split { utf8, word, words in
            var joiner = WordJoiner(behavior)
            var end = word.lowerBound
            var position = word.lowerBound
            while position < word.upperBound, let scalar = utf8.scalar(at: position) {
                let next = position + scalar.width
                if isDelimiter(scalar.value) {
                    if end < position { joiner.append(end..<position, isDelimiter: false, to: &words) }
                    joiner.append(position..<next, isDelimiter: true, to: &words)
                    end = next
                }
                position = next
            }
            if end < position { joiner.append(end..<position, isDelimiter: false, to: &words) }
            joiner.close(&words)
        }
    }

    /// Splits at each character that has a property.
    mutating func split(at property: CharacterProperties, _ behavior: SplitBehavior) {
        let table = CharacterTable.shared
        split(behavior) { table[$0].contains(property) }
    }
}
