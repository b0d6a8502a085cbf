/// Percent-encoding of URIs (RFC 3986 §2.1).
public enum PercentEncoding {
    /// The decoded text; nil where an escape is cut short or is not hexadecimal, or where the result is not UTF-8 or holds NUL.
    public static func decode(_ text: Substring) -> String? {
        let utf8 = text.utf8
        guard utf8.contains(ByteClass.percent) else { return String(text) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(utf8.count)
        var iterator = utf8.makeIterator()
        while let byte = iterator.next() {
            guard byte == ByteClass.percent else {
                bytes.append(byte)
                continue
            }
            guard let high = iterator.next().flatMap(ByteClass.hexValue), let low = iterator.next().flatMap(ByteClass.hexValue) else { return nil }
            let decoded = high << 4 | low
            guard decoded != 0 else { return nil }
            bytes.append(UInt8(decoded))
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
