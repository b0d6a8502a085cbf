extension Span<UInt8> {
    /// The span without the optional whitespace (OWS, RFC 9110 §5.6.3) at its ends, as a range of indices.
    func trimmed(_ range: Range<Int>) -> Range<Int> {
        var lower = range.lowerBound
        var upper = range.upperBound
        while lower < upper, ByteClass.isWhitespace(self[lower]) { lower += 1 }
        while lower < upper, ByteClass.isWhitespace(self[upper - 1]) { upper -= 1 }
        return lower..<upper
    }

    /// The bytes of `range` as text; ill-formed UTF-8 becomes U+FFFD.
    func text(_ range: Range<Int>) -> String {
        extracting(range).withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
    }

    /// The whole span as text; ill-formed UTF-8 becomes U+FFFD.
    var text: String { text(0..<count) }

    /// Whether the bytes of `range` are `literal`, a lowercase ASCII string, in any case.
    func equalsIgnoringCase(_ range: Range<Int>, _ literal: StaticString) -> Bool {
        guard range.count == literal.utf8CodeUnitCount else { return false }
        for index in 0..<range.count {
            let byte = self[range.lowerBound + index]
            let lowered = byte &- 0x41 < 26 ? byte | 0x20 : byte
            if lowered != literal.utf8Start[index] { return false }
        }
        return true
    }
}
