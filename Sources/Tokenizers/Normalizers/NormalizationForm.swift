/// Unicode normalization forms (Unicode Standard Annex 15).
enum NormalizationForm: String, Normalizer {
    case nfc = "NFC"
    case nfd = "NFD"
    case nfkc = "NFKC"
    case nfkd = "NFKD"

    private var isCompatible: Bool { self == .nfkc || self == .nfkd }
    private var composes: Bool { self == .nfc || self == .nfkc }

    func normalize(_ text: inout NormalizedText) {
        if text.isASCII { return }
        let table = CharacterTable.shared
        var output = NormalizedText(minimumCapacity: text.utf8.count + text.utf8.count / 2)
        var decomposer = Decomposer(isCompatible: isCompatible)
        var recomposer = Recomposer()
        func write(_ scalar: DecomposedScalar) {
            if composes {
                recomposer.append(scalar, to: &output)
            } else {
                output.append(scalar.value, source: scalar.source)
            }
        }
        var position = 0
        while let scalar = text.utf8.scalar(at: position) {
            decomposer.append(scalar.value, table[scalar.value], source: text.sources[position], emit: write)
            position += scalar.width
        }
        decomposer.flush(emit: write)
        recomposer.flush(to: &output)
        text.update(to: output)
    }
}
