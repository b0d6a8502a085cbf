/// Whole numbers as bytes, the lowest first: as all formats of arrays have them.
enum LittleEndian {
    static func append(_ number: some FixedWidthInteger, to bytes: inout [UInt8]) {
        var rest = number
        for _ in 0..<number.bitWidth / 8 {
            bytes.append(UInt8(truncatingIfNeeded: rest))
            rest >>= 8
        }
    }

    /// A record of fields, each as wide as its type.
    static func bytes(_ fields: any FixedWidthInteger...) -> [UInt8] {
        var bytes: [UInt8] = []
        for field in fields { append(field, to: &bytes) }
        return bytes
    }
}
