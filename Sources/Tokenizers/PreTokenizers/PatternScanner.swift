/// The patterns with which GPT-2 and its successors cut text into words, as scanners: a few comparisons a character, where
/// a regular expression takes several tries. Their matches cover every text without gaps.
///
/// `letter` and `number` are `\p{L}` and `\p{N}` of the reference's regular expressions, `whitespace` is `\s`.
struct PatternScanner: Sendable {
    /// Letters take one character before them along that is neither letter, number nor line end (cl100k); else only a space.
    private let lettersTakeAnyPrefix: Bool
    /// The most numbers in a word.
    private let maximumNumberCount: Int
    /// `'s` and the like are found in capitals, too. Among these is ſ.
    private let ignoresCase: Bool
    /// Line ends end a word: other characters take them along, and whitespace is cut behind the last of them.
    private let cutsAtLineEnds: Bool

    /// GPT-2's pattern (Radford et al. 2019).
    static let gpt2 = PatternScanner(
        lettersTakeAnyPrefix: false, maximumNumberCount: .max, ignoresCase: false, cutsAtLineEnds: false)

    /// The kind of cl100k_base, OpenAI's encoding for GPT-4.
    private static func cl100k(maximumNumberCount: Int) -> PatternScanner {
        PatternScanner(
            lettersTakeAnyPrefix: true, maximumNumberCount: maximumNumberCount, ignoresCase: true, cutsAtLineEnds: true)
    }

    private init(lettersTakeAnyPrefix: Bool, maximumNumberCount: Int, ignoresCase: Bool, cutsAtLineEnds: Bool) {
        self.lettersTakeAnyPrefix = lettersTakeAnyPrefix
        self.maximumNumberCount = maximumNumberCount
        self.ignoresCase = ignoresCase
        self.cutsAtLineEnds = cutsAtLineEnds
    }

    /// The scanner for a regular expression, where it is one of these, letter by letter.
    init?(_ expression: String) {
        switch expression {
        case #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#:
            self = .gpt2
        // GPT-4, Llama 3.
        case #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#:
            self = .cl100k(maximumNumberCount: 3)
        // Qwen2 and Qwen3.
        case #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#:
            self = .cl100k(maximumNumberCount: 1)
        default:
            return nil
        }
    }

    /// Calls the closure with each match in a range of the text, from left to right; they follow one another without gaps.
    func forEachMatch(in text: [UInt8], _ range: Range<Int>, _ body: (Range<Int>) -> Void) {
        let reader = Reader(text: text, end: range.upperBound)
        var position = range.lowerBound
        while position < range.upperBound {
            let end = matchEnd(reader, position)
            body(position..<end)
            position = end
        }
    }

    /// The classes of characters that the patterns tell apart; none is `other`.
    private enum Kind {
        case letter, number, whitespace, other, end
    }

    private struct Reader {
        let text: [UInt8]
        let end: Int
        private let table = CharacterTable.shared

        init(text: [UInt8], end: Int) {
            self.text = text
            self.end = end
        }

        /// The kind of the character at a position, and the position behind it.
        func kind(at position: Int) -> (kind: Kind, next: Int) {
            guard position < end, let scalar = text.scalar(at: position) else { return (.end, position) }
            let properties = table[scalar.value]
            let kind: Kind =
                if properties.contains(.letter) {
                    .letter
                } else if properties.contains(.number) {
                    .number
                } else if properties.contains(.whitespace) {
                    .whitespace
                } else {
                    .other
                }
            return (kind, position + scalar.width)
        }

        /// The end of a run of at most `maximum` characters of one kind that goes on at a position.
        func runEnd(_ kind: Kind, from position: Int, maximum: Int = .max) -> Int {
            var position = position
            var count = 0
            while count < maximum {
                let (kindHere, next) = self.kind(at: position)
                guard kindHere == kind else { break }
                position = next
                count += 1
            }
            return position
        }

        func byte(at position: Int) -> UInt8? { position < end ? text[position] : nil }

        func isLineEnd(at position: Int) -> Bool {
            byte(at: position) == UInt8(ascii: "\n") || byte(at: position) == UInt8(ascii: "\r")
        }
    }

    /// The end of the match that begins at a position: the alternatives of the pattern in their order.
    private func matchEnd(_ reader: Reader, _ position: Int) -> Int {
        let (kind, next) = reader.kind(at: position)
        let isSpace = reader.byte(at: position) == UInt8(ascii: " ")
        if let end = contractionEnd(reader, position) { return end }
        switch kind {
        case .letter: return reader.runEnd(.letter, from: next)
        case .number: return reader.runEnd(.number, from: next, maximum: maximumNumberCount - 1)
        case .whitespace, .other, .end: break
        }
        if isSpace || lettersTakeAnyPrefix && !reader.isLineEnd(at: position), reader.kind(at: next).kind == .letter {
            return reader.runEnd(.letter, from: next)
        }
        if isSpace {
            switch reader.kind(at: next).kind {
            case .number where !lettersTakeAnyPrefix: return reader.runEnd(.number, from: next)
            case .other: return othersEnd(reader, next)
            default: break
            }
        }
        return kind == .whitespace ? whitespaceEnd(reader, position) : othersEnd(reader, next)
    }

    /// `'s`, `'t`, `'re`, `'ve`, `'m`, `'ll` or `'d`.
    private func contractionEnd(_ reader: Reader, _ position: Int) -> Int? {
        guard reader.byte(at: position) == UInt8(ascii: "'"), let first = reader.byte(at: position + 1) else { return nil }
        // Setting the bit lowers the case of letters, and makes a letter of nothing that is compared here.
        let caseBit: UInt8 = ignoresCase ? 0x20 : 0
        switch first | caseBit {
        case UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "m"), UInt8(ascii: "d"): return position + 2
        default: break
        }
        guard let second = reader.byte(at: position + 2) else { return nil }
        switch (first | caseBit, second | caseBit) {
        case (UInt8(ascii: "r"), UInt8(ascii: "e")), (UInt8(ascii: "v"), UInt8(ascii: "e")),
            (UInt8(ascii: "l"), UInt8(ascii: "l")):
            return position + 3
        default:
            // ſ, U+017F, is a lowercase form of S.
            return ignoresCase && first == 0xC5 && second == 0xBF ? position + 3 : nil
        }
    }

    /// `[^\s\p{L}\p{N}]+`, and with it the line ends behind where words end at them.
    private func othersEnd(_ reader: Reader, _ position: Int) -> Int {
        var end = reader.runEnd(.other, from: position)
        if cutsAtLineEnds {
            while reader.isLineEnd(at: end) { end += 1 }
        }
        return end
    }

    /// `\s*[\r\n]+` where words end at line ends, `\s+(?!\S)`, `\s+`: behind the last line end, else all whitespace up to the
    /// last character, which is left for the word behind it, or that alone.
    private func whitespaceEnd(_ reader: Reader, _ position: Int) -> Int {
        var end = position
        var lastStart = position
        var lastLineEnd: Int?
        while true {
            let (kind, next) = reader.kind(at: end)
            guard kind == .whitespace else { break }
            if cutsAtLineEnds, reader.isLineEnd(at: end) { lastLineEnd = next }
            lastStart = end
            end = next
        }
        if let lastLineEnd { return lastLineEnd }
        return end == reader.end || lastStart == position ? end : lastStart
    }
}
