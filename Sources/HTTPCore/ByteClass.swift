/// The character classes of RFC 9110 §5.6 as bit sets over ASCII, one shift and one mask a look-up.
enum ByteClass {
    static let carriageReturn: UInt8 = 0x0D
    static let lineFeed: UInt8 = 0x0A
    static let space: UInt8 = 0x20
    static let horizontalTab: UInt8 = 0x09
    static let colon: UInt8 = 0x3A
    static let comma: UInt8 = 0x2C
    static let semicolon: UInt8 = 0x3B
    static let equals: UInt8 = 0x3D
    static let quote: UInt8 = 0x22
    static let backslash: UInt8 = 0x5C
    static let slash: UInt8 = 0x2F
    static let asterisk: UInt8 = 0x2A
    static let percent: UInt8 = 0x25
    static let numberSign: UInt8 = 0x23
    static let questionMark: UInt8 = 0x3F

    // Bit n of `low` stands for byte n, bit n of `high` for byte 64 + n.
    private static let digits: UInt64 = 0x03FF_0000_0000_0000
    private static let letters: UInt64 = 0x07FF_FFFE_07FF_FFFE
    // "!" "#" "$" "%" "&" "'" "*" "+" "-" "." below 64, "^" "_" "`" "|" "~" above.
    private static let tokenLow: UInt64 = digits | 0x0000_6CFA_0000_0000
    private static let tokenHigh: UInt64 = letters | 0x5000_0001_C000_0000

    /// `tchar` of RFC 9110 §5.6.2.
    @inline(__always)
    static func isTokenCharacter(_ byte: UInt8) -> Bool {
        if byte < 64 { return tokenLow &>> UInt64(byte) & 1 != 0 }
        return byte < 128 && tokenHigh &>> UInt64(byte &- 64) & 1 != 0
    }

    /// `field-vchar`, SP or HTAB of RFC 9110 §5.5: no control characters, `obs-text` allowed.
    @inline(__always)
    static func isFieldValueCharacter(_ byte: UInt8) -> Bool {
        byte >= 0x20 ? byte != 0x7F : byte == horizontalTab
    }

    @inline(__always)
    static func isWhitespace(_ byte: UInt8) -> Bool {
        byte == space || byte == horizontalTab
    }

    @inline(__always)
    static func isDigit(_ byte: UInt8) -> Bool {
        byte &- 0x30 < 10
    }

    @inline(__always)
    static func isLetter(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- 0x61 < 26
    }

    /// The value of a hexadecimal digit, or nil.
    @inline(__always)
    static func hexValue(_ byte: UInt8) -> Int? {
        if isDigit(byte) { return Int(byte &- 0x30) }
        let letter = (byte | 0x20) &- 0x61
        return letter < 6 ? Int(letter) + 10 : nil
    }
}
