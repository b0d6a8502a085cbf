/// A character of a decomposed text.
struct DecomposedScalar {
    let value: UInt32
    let properties: CharacterProperties
    /// The source of the text's character that stands here now.
    let source: Int32
    /// Not the first scalar of its character's decomposition: it shares the source before it.
    let isInserted: Bool
}

/// Decomposition into canonical order (NFD and NFKD, Unicode Standard Annex 15) of a text that comes character by character,
/// with sources aligned as the reference aligns them (see `CombiningRun`).
struct Decomposer {
    private let table = CharacterTable.shared
    private let isCompatible: Bool
    /// What has a decomposition that counts here.
    private let decomposing: CharacterProperties
    private var marks = CombiningRun()

    /// - Parameter isCompatible: by compatibility mappings too.
    init(isCompatible: Bool = false) {
        self.isCompatible = isCompatible
        decomposing = isCompatible ? [.decomposes, .decomposesCompatibly] : .decomposes
    }

    /// Takes the next character and hands out what is in its final place.
    mutating func append(
        _ codePoint: UInt32, _ properties: CharacterProperties, source: Int32, emit: (DecomposedScalar) -> Void
    ) {
        guard !properties.isDisjoint(with: decomposing) else {
            append(codePoint, properties, source, isInserted: false, emit: emit)
            return
        }
        if HangulSyllable.codePoints.contains(codePoint) {
            let syllable = HangulSyllable(codePoint)
            append(syllable.leading, [], source, isInserted: false, emit: emit)
            append(syllable.vowel, .composesBackward, source, isInserted: true, emit: emit)
            if let trailing = syllable.trailing { append(trailing, .composesBackward, source, isInserted: true, emit: emit) }
            return
        }
        var isInserted = false
        let usesCompatibility = isCompatible && properties.contains(.decomposesCompatibly)
        for scalar in (usesCompatibility ? Decomposition.compatibility : .canonical)[codePoint] {
            append(scalar, table[scalar], source, isInserted: isInserted, emit: emit)
            isInserted = true
        }
    }

    private mutating func append(
        _ scalar: UInt32, _ properties: CharacterProperties, _ source: Int32, isInserted: Bool, emit: (DecomposedScalar) -> Void
    ) {
        if properties.contains(.combining) {
            marks.append(scalar, source: source, isInserted: isInserted)
        } else {
            flush(emit: emit)
            emit(DecomposedScalar(value: scalar, properties: properties, source: source, isInserted: isInserted))
        }
    }

    /// Hands out what was held back for canonical ordering: before a character that does not go through here, and at the end.
    mutating func flush(emit: (DecomposedScalar) -> Void) {
        if marks.isEmpty { return }
        marks.drain { scalar, source, isInserted in
            emit(DecomposedScalar(value: scalar, properties: table[scalar], source: source, isInserted: isInserted))
        }
    }
}
