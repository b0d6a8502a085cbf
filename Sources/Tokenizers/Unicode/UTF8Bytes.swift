extension UInt8 {
    /// Whether the byte continues a code point of UTF-8 rather than beginning one.
    var isUTF8Continuation: Bool { self & 0xC0 == 0x80 }
}

/// A code point read from UTF-8, and how many bytes it took.
struct DecodedScalar {
    var value: UInt32
    var width: Int
}

// Reading well-formed UTF-8; the positions must be between code points.
extension [UInt8] {
    /// The code point that begins at `position`; nil at the end.
    func scalar(at position: Int) -> DecodedScalar? {
        guard position < count else { return nil }
        let first = UInt32(self[position])
        if first < 0x80 { return DecodedScalar(value: first, width: 1) }
        let second = UInt32(self[position + 1] & 0x3F)
        if first < 0xE0 { return DecodedScalar(value: (first & 0x1F) << 6 | second, width: 2) }
        let third = UInt32(self[position + 2] & 0x3F)
        if first < 0xF0 { return DecodedScalar(value: (first & 0x0F) << 12 | second << 6 | third, width: 3) }
        let fourth = UInt32(self[position + 3] & 0x3F)
        return DecodedScalar(value: (first & 0x07) << 18 | second << 12 | third << 6 | fourth, width: 4)
    }

    /// The bytes of the code point that begins at `position`.
    func scalarWidth(at position: Int) -> Int {
        let first = self[position]
        return first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
    }

    /// The code point that ends before `position`; nil at the beginning.
    func scalar(before position: Int) -> DecodedScalar? {
        guard position > 0 else { return nil }
        var start = position - 1
        while self[start].isUTF8Continuation { start -= 1 }
        return scalar(at: start)
    }
}
