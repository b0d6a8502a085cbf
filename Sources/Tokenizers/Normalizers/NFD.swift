/// Canonical decomposition.
struct NFD: Normalizer {
    func normalize(_ text: inout NormalizedText) {
        let table = CharacterTable.shared
        var output = NormalizedText(minimumCapacity: text.utf8.count + text.utf8.count / 2)
        var decomposer = CanonicalDecomposer()
        var position = 0
        while let scalar = text.utf8.scalar(at: position) {
            decomposer.append(scalar.value, table[scalar.value], source: text.sources[position]) { scalar, _, source in
                output.append(scalar, source: source)
            }
            position += scalar.width
        }
        decomposer.flush { scalar, _, source in output.append(scalar, source: source) }
        text = output
    }
}
