/// What the tokenizers ask about a code point, from the reference's tables.
struct CharacterProperties: OptionSet {
    let rawValue: UInt16

    /// White_Space.
    static let whitespace = CharacterProperties(rawValue: 1 << 0)
    /// General categories Cc, Cf and Co: what BERT's cleaning takes for control characters (tab and line ends aside).
    static let control = CharacterProperties(rawValue: 1 << 1)
    /// General category Mn: what stripping accents removes.
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
}

/// The properties of all code points: a block of 256 by the high bits, the code point in it by the low ones.
struct CharacterTable: Sendable {
    static let shared = CharacterTable()

    private var blockIndices = [UInt16](repeating: 0, count: 0x1100)
    /// The blocks that differ from one another; the first is empty of properties.
    private var blocks = [UInt16](repeating: 0, count: 256)

    private init() {
        var properties = [UInt16](repeating: 0, count: 0x110000)
        func add(_ property: CharacterProperties, to range: ClosedRange<UInt32>) {
            for codePoint in range { properties[Int(codePoint)] |= property.rawValue }
        }
        for (ranges, property) in [
            (UnicodeTables.whitespace, CharacterProperties.whitespace), (UnicodeTables.control, .control),
            (UnicodeTables.nonspacingMark, .nonspacingMark), (UnicodeTables.punctuation, .punctuation),
            (UnicodeTables.word, .word), (UnicodeTables.ideograph, .ideograph),
        ] {
            var reader = TableReader(ranges)
            while let range = reader.nextRange() { add(property, to: range) }
        }
        for entry in CanonicalOrdering.shared.ranges { add(.combining, to: entry.range) }
        for run in LowercaseMapping.shared.runs {
            for codePoint in stride(from: run.first, through: run.last, by: Int(run.step)) {
                add(.uppercase, to: codePoint...codePoint)
            }
        }
        for codePoint in CanonicalDecomposition.shared.codePoints { add(.decomposes, to: codePoint...codePoint) }
        add(.decomposes, to: HangulSyllable.codePoints)

        var blockIndicesByContent: [ArraySlice<UInt16>: UInt16] = [blocks[...]: 0]
        for block in blockIndices.indices {
            let content = properties[block * 256..<(block + 1) * 256]
            if let known = blockIndicesByContent[content] {
                blockIndices[block] = known
            } else {
                let index = UInt16(blocks.count / 256)
                blocks.append(contentsOf: content)
                blockIndicesByContent[content] = index
                blockIndices[block] = index
            }
        }
    }

    subscript(codePoint: UInt32) -> CharacterProperties {
        CharacterProperties(rawValue: blocks[Int(blockIndices[Int(codePoint >> 8)]) << 8 | Int(codePoint & 0xFF)])
    }
}
