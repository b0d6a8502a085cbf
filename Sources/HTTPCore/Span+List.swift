extension Span<UInt8> {
    /// The next element of a comma-separated list (RFC 9110 §5.6.1) without the whitespace around it; nil at the end.
    ///
    /// Empty elements are skipped, as §5.6.1.2 demands of a recipient. Bytes are compared and never characters: to Unicode, a space can be
    /// one with the mark behind it, and the sign of the kelvin is a K.
    ///
    /// - Parameter rest: what is left of the list, as a range of indices.
    func nextElement(of rest: inout Range<Int>) -> Range<Int>? {
        while !rest.isEmpty {
            var end = rest.lowerBound
            while end < rest.upperBound, self[end] != ByteClass.comma { end += 1 }
            let element = trimmed(rest.lowerBound..<end)
            rest = Swift.min(end + 1, rest.upperBound)..<rest.upperBound
            if !element.isEmpty { return element }
        }
        return nil
    }
}
