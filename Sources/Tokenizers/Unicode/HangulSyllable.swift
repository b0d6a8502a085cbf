/// Hangul syllables, whose decomposition is computed (Unicode Standard, section 3.12).
struct HangulSyllable {
    static let codePoints: ClosedRange<UInt32> = 0xAC00...0xD7A3

    let leading: UInt32
    let vowel: UInt32
    let trailing: UInt32?

    init(_ codePoint: UInt32) {
        let index = codePoint - Self.codePoints.lowerBound
        leading = 0x1100 + index / (21 * 28)
        vowel = 0x1161 + index % (21 * 28) / 28
        trailing = index % 28 == 0 ? nil : 0x11A7 + index % 28
    }
}
