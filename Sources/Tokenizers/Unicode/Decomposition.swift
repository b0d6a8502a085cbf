/// Full decompositions (Unicode Standard Annex 15), those of Hangul syllables aside.
struct Decomposition: Sendable {
    static let canonical = Decomposition(UnicodeTables.decomposition)
    /// Only where they are not the canonical ones.
    static let compatibility = Decomposition(UnicodeTables.compatibilityDecomposition)

    /// The code points that decompose, rising.
    let codePoints: [UInt32]
    /// For each, where its decomposition begins in `scalars`; one more element closes the last.
    private let starts: [Int]
    private let scalars: [UInt32]

    private init(_ table: StaticString) {
        var reader = TableReader(table)
        var codePoints: [UInt32] = []
        var starts = [0]
        var scalars: [UInt32] = []
        while var codePoint = reader.nextNumber(), reader.take(":") {
            repeat {
                while let scalar = reader.nextNumber() { scalars.append(scalar) }
                codePoints.append(codePoint)
                starts.append(scalars.count)
                codePoint += 1
            } while reader.take(",")
            _ = reader.take(";")
        }
        self.codePoints = codePoints
        self.starts = starts
        self.scalars = scalars
    }

    /// The scalars that a code point with a decomposition in the table consists of.
    subscript(codePoint: UInt32) -> ArraySlice<UInt32> {
        let index = codePoints.lastIndex(notAbove: codePoint, key: { $0 })!
        return scalars[starts[index]..<starts[index + 1]]
    }
}
