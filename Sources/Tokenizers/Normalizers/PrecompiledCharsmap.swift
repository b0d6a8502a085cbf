/// What SentencePiece's `precompiled_charsmap` holds: the size of a trie in bytes (32 bits, little-endian), the trie as a double array
/// (Aoe 1989) in the layout of Darts-clone, and the strings that its values point to, each closed by a zero.
struct PrecompiledCharsmap: Sendable {
    private let units: [UInt32]
    private let strings: [UInt8]

    /// A bound on how much longer a text can become. In SentencePiece's own rules the longest has 33 bytes.
    static let maximumReplacementByteCount = 128

    /// Why bytes are no charsmap.
    enum ParsingError: Error, Equatable, CustomStringConvertible {
        case tooShort
        case trieSize(Int, available: Int)
        case notUTF8
        case replacementTooLong(Int)

        var description: String {
            switch self {
            case .tooShort: "expected at least 4 bytes"
            case .trieSize(let size, let available):
                "the trie has \(size) bytes; expected a multiple of 4 from 4 to the \(available) that follow"
            case .notUTF8: "the strings are not UTF-8"
            case .replacementTooLong(let count):
                "a string has \(count) bytes; expected at most \(PrecompiledCharsmap.maximumReplacementByteCount)"
            }
        }
    }

    init(_ bytes: [UInt8]) throws(ParsingError) {
        func unit(at position: Int) -> UInt32 {
            (0..<4).reduce(0) { $0 | UInt32(bytes[position + $1]) << UInt32(8 * $1) }
        }
        guard bytes.count >= 4 else { throw .tooShort }
        let size = Int(unit(at: 0))
        guard size >= 4, size % 4 == 0, size <= bytes.count - 4 else {
            throw .trieSize(size, available: bytes.count - 4)
        }
        let strings = bytes[(4 + size)...]
        guard String(validating: strings, as: UTF8.self) != nil else { throw .notUTF8 }
        let longest = strings.split(separator: 0).map(\.count).max() ?? 0
        guard longest <= Self.maximumReplacementByteCount else { throw .replacementTooLong(longest) }
        units = stride(from: 4, to: 4 + size, by: 4).map { unit(at: $0) }
        self.strings = Array(strings)
    }

    /// What replaces the shortest key that some bytes begin with; nil where none is in the trie, or its value points to no string.
    func replacement(of bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        var position = Int(Self.offset(units[0]))
        for byte in bytes {
            position ^= Int(byte)
            guard byte != 0, position < units.count, Self.label(units[position]) == UInt32(byte) else { return nil }
            let unit = units[position]
            position ^= Int(Self.offset(unit))
            guard Self.hasValue(unit) else { continue }
            guard position < units.count else { return nil }
            let start = Int(Self.value(units[position]))
            guard start < strings.count, !strings[start].isUTF8Continuation else { return nil }
            return strings[start..<(strings[start...].firstIndex(of: 0) ?? strings.count)]
        }
        return nil
    }

    // MARK: The fields of a unit

    private static func hasValue(_ unit: UInt32) -> Bool { unit >> 8 & 1 == 1 }
    private static func value(_ unit: UInt32) -> UInt32 { unit & 0x7FFF_FFFF }
    /// The byte that leads here; with the highest bit, which no byte has, where the unit is a value.
    private static func label(_ unit: UInt32) -> UInt32 { unit & 0x8000_00FF }
    private static func offset(_ unit: UInt32) -> UInt32 { (unit >> 10) << (unit >> 6 & 8) }
}
