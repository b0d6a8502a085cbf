/// The values of all fields of one name, joined by commas (RFC 9110 §5.3).
struct FieldList: Sendable {
    /// Nil where the field does not occur.
    private(set) var bytes: [UInt8]?

    mutating func append(_ value: Span<UInt8>) {
        var joined = bytes ?? []
        if bytes != nil { joined += [ByteClass.comma, ByteClass.space] }
        value.withUnsafeBufferPointer { joined.append(contentsOf: $0) }
        bytes = joined
    }
}
