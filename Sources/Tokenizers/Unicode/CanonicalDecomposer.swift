/// Canonical decomposition (NFD, Unicode Standard Annex 15) of a text that comes character by character,
/// with sources aligned as the reference aligns them (see `CombiningRun`).
struct CanonicalDecomposer {
    private let table = CharacterTable.shared
    private var marks = CombiningRun()

    /// Takes the next character and hands out what is in its final place.
    mutating func append(
        _ codePoint: UInt32, _ properties: CharacterProperties, source: Int32,
        emit: (_ scalar: UInt32, _ properties: CharacterProperties, _ source: Int32) -> Void
    ) {
        guard properties.contains(.decomposes) else {
            if properties.contains(.combining) {
                marks.append(codePoint, source: source, isInserted: false)
            } else {
                flush(emit: emit)
                emit(codePoint, properties, source)
            }
            return
        }
        if HangulSyllable.codePoints.contains(codePoint) {
            flush(emit: emit)
            let syllable = HangulSyllable(codePoint)
            emit(syllable.leading, table[syllable.leading], source)
            emit(syllable.vowel, table[syllable.vowel], source)
            if let trailing = syllable.trailing { emit(trailing, table[trailing], source) }
            return
        }
        var isInserted = false
        for scalar in CanonicalDecomposition.shared[codePoint] {
            let properties = table[scalar]
            if properties.contains(.combining) {
                marks.append(scalar, source: source, isInserted: isInserted)
            } else {
                flush(emit: emit)
                emit(scalar, properties, source)
            }
            isInserted = true
        }
    }

    /// Hands out what was held back for canonical ordering: before a character that does not go through here, and at the end.
    mutating func flush(emit: (_ scalar: UInt32, _ properties: CharacterProperties, _ source: Int32) -> Void) {
        if marks.isEmpty { return }
        marks.drain { scalar, source in emit(scalar, table[scalar], source) }
    }
}
