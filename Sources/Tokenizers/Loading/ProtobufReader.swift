/// Reads the fields of one protocol buffer message, in the order in which they are written. (Protocol Buffers, Encoding.)
///
/// Every length is checked before it is believed, and a message takes time linear in its bytes.
struct ProtobufReader {
    /// Why the bytes are not a message, and where.
    struct Malformed: Error {
        var reason: String
        /// The byte, from 0, at which the message stops being one.
        var byteOffset: Int
    }

    enum Value {
        /// Also what the 64-bit encoding holds, which no field that we read has.
        case integer(UInt64)
        case fourBytes(UInt32)
        /// A text, bytes, or a message.
        case bytes(Range<Int>)
    }

    private let bytes: [UInt8]
    private var position: Int
    private let end: Int

    /// - Parameter range: where the message stands; nil for all of the bytes.
    init(_ bytes: [UInt8], _ range: Range<Int>? = nil) {
        self.bytes = bytes
        position = range?.lowerBound ?? 0
        end = range?.upperBound ?? bytes.count
    }

    /// The next field and its value; nil at the end.
    mutating func next() throws(Malformed) -> (field: UInt64, value: Value)? {
        guard position < end else { return nil }
        let start = position
        let key = try variableInteger()
        guard key >> 3 != 0 else { throw Malformed(reason: "a field with the number 0", byteOffset: start) }
        switch key & 7 {
        case 0: return (key >> 3, .integer(try variableInteger()))
        case 1: return (key >> 3, .integer(try fixedInteger(byteCount: 8)))
        case 2: return (key >> 3, .bytes(try lengthDelimited()))
        case 5: return (key >> 3, .fourBytes(UInt32(truncatingIfNeeded: try fixedInteger(byteCount: 4))))
        case let type: throw Malformed(reason: "a field of the unknown type \(type)", byteOffset: start)
        }
    }

    private mutating func variableInteger() throws(Malformed) -> UInt64 {
        let start = position
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 70, by: 7) {
            guard position < end else { throw Malformed(reason: "a number that goes beyond the end", byteOffset: start) }
            let byte = bytes[position]
            position += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        throw Malformed(reason: "a number of more than ten bytes", byteOffset: start)
    }

    private mutating func fixedInteger(byteCount: Int) throws(Malformed) -> UInt64 {
        guard end - position >= byteCount else {
            throw Malformed(reason: "a number that goes beyond the end", byteOffset: position)
        }
        let value = bytes[position..<position + byteCount].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        position += byteCount
        return value
    }

    private mutating func lengthDelimited() throws(Malformed) -> Range<Int> {
        let start = position
        let length = try variableInteger()
        guard length <= UInt64(end - position) else {
            throw Malformed(reason: "a field of \(length) bytes, where \(end - position) are left", byteOffset: start)
        }
        defer { position += Int(length) }
        return position..<position + Int(length)
    }
}
