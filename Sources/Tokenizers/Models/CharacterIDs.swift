/// The ids of the tokens that are one character, with a prefix before it or a suffix behind it.
struct CharacterIDs: Sendable {
    /// By code point, below its length; -1 where there is none. Holds all characters of byte-level vocabularies.
    private var table = [Int32](repeating: -1, count: 0x250)
    private var others: [UInt32: Int32] = [:]

    /// Of tokens that repeat, the last counts.
    init(_ tokens: [(token: String, id: Int32)], prefix: String, suffix: String) {
        let (prefix, suffix) = (Array(prefix.utf8), Array(suffix.utf8))
        for (token, id) in tokens {
            let utf8 = token.utf8
            let width = utf8.count - prefix.count - suffix.count
            guard (1...4).contains(width), utf8.starts(with: prefix), utf8.reversed().starts(with: suffix.reversed()) else { continue }
            let character = Array(utf8.dropFirst(prefix.count).prefix(width))
            guard character.hasScalarOnly, let scalar = character.scalar(at: 0) else { continue }
            if scalar.value < table.count {
                table[Int(scalar.value)] = id
            } else {
                others[scalar.value] = id
            }
        }
    }

    subscript(scalar: UInt32) -> Int32? {
        guard scalar < table.count else { return others[scalar] }
        let id = table[Int(scalar)]
        return id >= 0 ? id : nil
    }
}

extension [UInt8] {
    /// Whether the bytes are one code point of UTF-8, and all of it.
    fileprivate var hasScalarOnly: Bool {
        guard let first else { return false }
        let width = first < 0x80 ? 1 : first < 0xC0 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
        return count == width && dropFirst().allSatisfy(\.isUTF8Continuation)
    }
}
