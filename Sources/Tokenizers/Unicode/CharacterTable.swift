/// What the tokenizers ask about a code point, from the reference's tables.
struct CharacterProperties: OptionSet {
    let rawValue: UInt16

    /// White_Space.
    static let whitespace = CharacterProperties(rawValue: 1 << 0)
    /// General categories Cc, Cf and Co: what BERT's cleaning takes for control characters (tab and line ends aside).
    static let control = CharacterProperties(rawValue: 1 << 1)
    /// General category Mn: what BERT's stripping of accents removes.
    static let nonspacingMark = CharacterProperties(rawValue: 1 << 2)
    /// General categories P*, and all of ASCII that is neither letter, digit, space nor control.
    static let punctuation = CharacterProperties(rawValue: 1 << 3)
    /// `\w` of the regular expressions that bound added tokens (Unicode Technical Standard 18, annex C).
    static let word = CharacterProperties(rawValue: 1 << 4)
    /// The ideographs that BERT puts between spaces.
    static let ideograph = CharacterProperties(rawValue: 1 << 5)
    /// Has a canonical decomposition; Hangul syllables, which are computed, too.
    static let decomposes = CharacterProperties(rawValue: 1 << 6)
    /// Has a lowercase form other than itself.
    static let uppercase = CharacterProperties(rawValue: 1 << 7)
    /// Has a canonical combining class other than 0.
    static let combining = CharacterProperties(rawValue: 1 << 8)
    /// Has a compatibility decomposition other than its canonical one.
    static let decomposesCompatibly = CharacterProperties(rawValue: 1 << 9)
    /// Is composed with what stands before it, in one pair at least.
    static let composesBackward = CharacterProperties(rawValue: 1 << 10)
    /// General categories M*: what the normalizer that strips accents removes.
    static let mark = CharacterProperties(rawValue: 1 << 11)
    /// `\p{L}` of the regular expressions that split text into words.
    static let letter = CharacterProperties(rawValue: 1 << 12)
    /// `\p{N}` of the regular expressions that split text into words.
    static let number = CharacterProperties(rawValue: 1 << 13)
    /// General categories N*, of a newer Unicode than `number`.
    static let numeric = CharacterProperties(rawValue: 1 << 14)
}

/// The properties of all code points.
struct CharacterTable: Sendable {
    static let shared = CharacterTable()

    private let table: TwoStageTable<UInt16>

    private init() {
        var properties = [UInt16](repeating: 0, count: 0x110000)
        func add(_ property: CharacterProperties, to range: ClosedRange<UInt32>) {
            for codePoint in range { properties[Int(codePoint)] |= property.rawValue }
        }
        func add(_ property: CharacterProperties, to codePoints: some Sequence<UInt32>) {
            for codePoint in codePoints { add(property, to: codePoint...codePoint) }
        }
        for (ranges, property) in [
            (UnicodeTables.whitespace, CharacterProperties.whitespace), (UnicodeTables.control, .control),
            (UnicodeTables.nonspacingMark, .nonspacingMark), (UnicodeTables.punctuation, .punctuation),
            (UnicodeTables.word, .word), (UnicodeTables.ideograph, .ideograph), (UnicodeTables.mark, .mark), (UnicodeTables.letter, .letter),
            (UnicodeTables.number, .number), (UnicodeTables.number, .numeric), (UnicodeTables.newerNumber, .numeric),
        ] {
            var reader = TableReader(ranges)
            while let range = reader.nextRange() { add(property, to: range) }
        }
        for entry in CanonicalOrdering.shared.ranges { add(.combining, to: entry.range) }
        for run in LowercaseMapping.shared.runs {
            add(.uppercase, to: stride(from: run.first, through: run.last, by: Int(run.step)))
        }
        add(.decomposes, to: Decomposition.canonical.codePoints)
        add(.decomposes, to: HangulSyllable.codePoints)
        add(.decomposesCompatibly, to: Decomposition.compatibility.codePoints)
        add(.composesBackward, to: Composition.shared.secondScalars)
        add(.composesBackward, to: HangulSyllable.vowels)
        add(.composesBackward, to: HangulSyllable.trailingConsonants)
        table = TwoStageTable(properties)
    }

    subscript(codePoint: UInt32) -> CharacterProperties { CharacterProperties(rawValue: table[codePoint]) }
}
