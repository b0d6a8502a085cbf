/// A step that rewrites the text before it is split: one type for each of tokenizer.json's `normalizer` types.
protocol Normalizer: Sendable {
    func normalize(_ text: inout NormalizedText)
}

extension JSONFields {
    /// The normalizer that an object of tokenizer.json describes.
    func makeNormalizer() throws(TokenizerError) -> any Normalizer {
        let type = try string("type")
        if let form = NormalizationForm(rawValue: type) { return form }
        switch type {
        case "BertNormalizer": return try BertNormalizer(self)
        case "ByteLevel": return ByteLevelNormalizer()
        case "Lowercase": return Lowercase()
        case "Nmt": return Nmt()
        case "Precompiled": return try Precompiled(self)
        case "Prepend": return try Prepend(self)
        case "Replace": return try Replace(self)
        case "Sequence": return try NormalizerSequence(self)
        case "Strip": return try Strip(self)
        case "StripAccents": return StripAccents()
        default:
            throw .unsupported(
                file: file, component: "normalizer", type: type,
                supported: [
                    "BertNormalizer", "ByteLevel", "Lowercase", "NFC", "NFD", "NFKC", "NFKD", "Nmt", "Precompiled", "Prepend", "Replace",
                    "Sequence", "Strip", "StripAccents",
                ])
        }
    }
}
