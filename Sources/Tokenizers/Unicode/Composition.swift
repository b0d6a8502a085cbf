/// Primary composites (Unicode Standard, section 3.11): pairs of characters that canonical composition makes one,
/// those of Hangul aside. All but the exclusions compose of their full decomposition without its last scalar, and that scalar.
struct Composition: Sendable {
    static let shared = Composition()

    /// By the first scalar in the high half and the second in the low one.
    private let composites: [UInt64: UInt32]

    private init() {
        var excluded: Set<UInt32> = []
        var reader = TableReader(UnicodeTables.compositionExclusion)
        while let range = reader.nextRange() { excluded.formUnion(range) }
        let decomposition = Decomposition.canonical
        let candidates = decomposition.codePoints.filter { !excluded.contains($0) }
        var codePointsByDecomposition: [ArraySlice<UInt32>: UInt32] = [:]
        for codePoint in candidates { codePointsByDecomposition[decomposition[codePoint]] = codePoint }
        var composites: [UInt64: UInt32] = [:]
        for codePoint in candidates {
            let scalars = decomposition[codePoint]
            guard let second = scalars.last else { continue }
            let prefix = scalars.dropLast()
            guard let first = prefix.count == 1 ? prefix.first : codePointsByDecomposition[prefix] else { continue }
            composites[UInt64(first) << 32 | UInt64(second)] = codePoint
        }
        self.composites = composites
    }

    /// All that stand second in a pair.
    var secondScalars: some Sequence<UInt32> { composites.keys.lazy.map { UInt32(truncatingIfNeeded: $0) } }

    subscript(first: UInt32, second: UInt32) -> UInt32? {
        HangulSyllable.composing(first, second) ?? composites[UInt64(first) << 32 | UInt64(second)]
    }
}
