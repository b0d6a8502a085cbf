/// Drops marks, spacing ones too. Those of composed characters stay: decompose first.
struct StripAccents: Normalizer {
    func normalize(_ text: inout NormalizedText) {
        if text.isASCII { return }
        text.filter { !CharacterTable.shared[$0].contains(.mark) }
    }
}
