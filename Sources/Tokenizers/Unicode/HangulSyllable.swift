/// Hangul syllables, whose decomposition and composition are computed (Unicode Standard, section 3.12).
struct HangulSyllable {
    static let codePoints: ClosedRange<UInt32> = 0xAC00...0xD7A3

    static let leadingConsonants: ClosedRange<UInt32> = 0x1100...0x1112
    static let vowels: ClosedRange<UInt32> = 0x1161...0x1175
    static let trailingConsonants: ClosedRange<UInt32> = 0x11A8...0x11C2

    let leading: UInt32
    let vowel: UInt32
    let trailing: UInt32?

    init(_ codePoint: UInt32) {
        let index = codePoint - Self.codePoints.lowerBound
        leading = 0x1100 + index / (21 * 28)
        vowel = 0x1161 + index % (21 * 28) / 28
        trailing = index % 28 == 0 ? nil : 0x11A7 + index % 28
    }

    /// The syllable of a leading consonant and a vowel, or of a syllable without trailing consonant and such a one.
    static func composing(_ first: UInt32, _ second: UInt32) -> UInt32? {
        if leadingConsonants.contains(first), vowels.contains(second) {
            let index = (first - leadingConsonants.lowerBound) * 21 + second - vowels.lowerBound
            return codePoints.lowerBound + index * 28
        }
        if codePoints.contains(first), (first - codePoints.lowerBound) % 28 == 0, trailingConsonants.contains(second) {
            return first + second - 0x11A7
        }
        return nil
    }
}
