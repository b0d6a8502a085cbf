/// Classes of characters for where grapheme clusters end (Unicode Standard Annex 29): Grapheme_Cluster_Break, with what its rules
/// ask of Indic_Conjunct_Break and Extended_Pictographic.
enum GraphemeBreak: UInt8 {
    case other, control, carriageReturn, lineFeed
    /// Extend by Grapheme_Cluster_Break; the second is Linker by Indic_Conjunct_Break, the third neither that nor Extend.
    case extend, extendLinker, extendIndicNone
    case zeroWidthJoiner, spacingMark, prepend, regionalIndicator
    case leadingConsonant, vowel, trailingConsonant, syllable, syllableWithTrailing
    case extendedPictographic
    /// Consonant by Indic_Conjunct_Break.
    case indicConsonant

    private static let table: TwoStageTable<GraphemeBreak> = {
        var classes = [GraphemeBreak](repeating: .other, count: 0x110000)
        // A later line overrides an earlier one.
        for (ranges, value) in [
            (UnicodeTables.graphemeBreakControl, GraphemeBreak.control), (UnicodeTables.graphemeBreakExtend, .extend),
            (UnicodeTables.graphemeBreakIndicLinker, .extendLinker), (UnicodeTables.graphemeBreakIndicNone, .extendIndicNone),
            (UnicodeTables.graphemeBreakSpacingMark, .spacingMark), (UnicodeTables.graphemeBreakPrepend, .prepend),
            (UnicodeTables.graphemeBreakL, .leadingConsonant), (UnicodeTables.graphemeBreakV, .vowel),
            (UnicodeTables.graphemeBreakT, .trailingConsonant),
            (UnicodeTables.graphemeBreakExtendedPictographic, .extendedPictographic),
            (UnicodeTables.graphemeBreakIndicConsonant, .indicConsonant),
        ] {
            var reader = TableReader(ranges)
            while let range = reader.nextRange() {
                for codePoint in range { classes[Int(codePoint)] = value }
            }
        }
        for codePoint in HangulSyllable.codePoints {
            let hasTrailing = HangulSyllable(codePoint).trailing != nil
            classes[Int(codePoint)] = hasTrailing ? .syllableWithTrailing : .syllable
        }
        for codePoint in 0x1F1E6...0x1F1FF { classes[codePoint] = .regionalIndicator }
        classes[0x200D] = .zeroWidthJoiner
        classes[0x0D] = .carriageReturn
        classes[0x0A] = .lineFeed
        return TwoStageTable(classes)
    }()

    init(_ codePoint: UInt32) { self = Self.table[codePoint] }
}

/// What the rules need to know of a cluster so far.
private struct ClusterState {
    private var last: GraphemeBreak
    /// Regional indicators directly before here, odd.
    private var hasUnpairedIndicator: Bool
    /// A pictographic character, then only extending ones, and perhaps a joiner.
    private var isPictographic: Bool
    /// A consonant, then only extending characters.
    private var isIndic: Bool
    /// A linker among them.
    private var isLinked = false

    init(_ first: GraphemeBreak) {
        last = first
        hasUnpairedIndicator = first == .regionalIndicator
        isPictographic = first == .extendedPictographic
        isIndic = first == .indicConsonant
    }

    /// Whether there is no boundary before `next`: rules GB3 to GB13.
    func joins(_ next: GraphemeBreak) -> Bool {
        switch (last, next) {
        case (.carriageReturn, .lineFeed): true
        case (.control, _), (.carriageReturn, _), (.lineFeed, _): false
        case (_, .control), (_, .carriageReturn), (_, .lineFeed): false
        case (_, .extend), (_, .extendLinker), (_, .extendIndicNone), (_, .zeroWidthJoiner), (_, .spacingMark): true
        case (.leadingConsonant, .leadingConsonant), (.leadingConsonant, .vowel), (.leadingConsonant, .syllable),
            (.leadingConsonant, .syllableWithTrailing): true
        case (.syllable, .vowel), (.vowel, .vowel), (.syllable, .trailingConsonant), (.vowel, .trailingConsonant): true
        case (.syllableWithTrailing, .trailingConsonant), (.trailingConsonant, .trailingConsonant): true
        case (.prepend, _): true
        case (_, .indicConsonant): isIndic && isLinked
        case (.zeroWidthJoiner, .extendedPictographic): isPictographic
        case (.regionalIndicator, .regionalIndicator): hasUnpairedIndicator
        default: false
        }
    }

    mutating func append(_ next: GraphemeBreak) {
        let isExtending = next == .extend || next == .extendLinker || next == .extendIndicNone
        hasUnpairedIndicator = next == .regionalIndicator && !hasUnpairedIndicator
        isPictographic = next == .extendedPictographic
            || isPictographic && (isExtending || next == .zeroWidthJoiner) && last != .zeroWidthJoiner
        isLinked = isLinked && isIndic && next != .indicConsonant || isIndic && next == .extendLinker
        isIndic = next == .indicConsonant || isIndic && (next == .extend || next == .extendLinker || next == .zeroWidthJoiner)
        last = next
    }
}

extension [UInt8] {
    /// The end of the extended grapheme cluster that begins at `position`, in well-formed UTF-8.
    func graphemeClusterEnd(from position: Int) -> Int {
        guard let first = scalar(at: position) else { return position }
        var end = position + first.width
        // Between two characters of ASCII there is a boundary, but for CR LF.
        if first.value < 0x80, first.value != 0x0D, end == count || self[end] < 0x80 { return end }
        var state = ClusterState(GraphemeBreak(first.value))
        while let next = scalar(at: end) {
            let kind = GraphemeBreak(next.value)
            guard state.joins(kind) else { break }
            state.append(kind)
            end += next.width
        }
        return end
    }
}
