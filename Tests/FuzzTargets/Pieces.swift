/// Ways to cut bytes, each piece in memory of its own, where a sanitizer sees what is read beyond it.
enum Pieces {
    /// At places that the bytes themselves say: the low bits of a piece's first byte are how many more it has. An empty piece comes first.
    static func cut(_ bytes: [UInt8]) -> [[UInt8]] {
        var pieces: [[UInt8]] = [[]]
        var rest = bytes[...]
        while let first = rest.first {
            let count = 1 + Int(first & 0x1F)
            pieces.append(Array(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        return pieces
    }

    static func single(_ bytes: [UInt8]) -> [[UInt8]] { bytes.map { [$0] } }
}
