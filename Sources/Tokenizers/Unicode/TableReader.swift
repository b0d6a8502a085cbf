/// Reads the tables of `UnicodeTables`: hexadecimal numbers with single-character marks between them.
struct TableReader {
    private let table: StaticString
    private var position = 0

    init(_ table: StaticString) {
        self.table = table
    }

    /// The next `first-last`, or a single code point; nil at the end of the table or of a section of it (`;`).
    mutating func nextRange() -> ClosedRange<UInt32>? {
        guard let first = nextNumber() else { return nil }
        let last = take("-") ? nextNumber()! : first
        return first...last
    }

    /// The next number, past spaces; nil where none stands there.
    mutating func nextNumber() -> UInt32? {
        while take(" ") || take("\n") {}
        var value: UInt32?
        while let digit = peek()?.hexDigitValue {
            value = (value ?? 0) << 4 + UInt32(digit)
            position += 1
        }
        return value
    }

    /// The next word of letters, past spaces; nil where none stands there.
    mutating func nextName() -> String? {
        while take(" ") || take("\n") {}
        var name = ""
        while let letter = peek(), letter.isLetter {
            name.append(letter)
            position += 1
        }
        return name.isEmpty ? nil : name
    }

    mutating func take(_ mark: Character) -> Bool {
        guard peek() == mark else { return false }
        position += 1
        return true
    }

    private func peek() -> Character? {
        guard position < table.utf8CodeUnitCount else { return nil }
        return Character(Unicode.Scalar(table.utf8Start[position]))
    }
}
