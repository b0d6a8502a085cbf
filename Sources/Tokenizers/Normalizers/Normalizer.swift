/// A step that rewrites the text before it is split: one type for each of tokenizer.json's `normalizer` types.
protocol Normalizer: Sendable {
    func normalize(_ text: inout NormalizedText)
}

extension JSONFields {
    /// The normalizer that an object of tokenizer.json describes.
    func makeNormalizer() throws(TokenizerError) -> any Normalizer {
        switch try string("type") {
        case "BertNormalizer": return try BertNormalizer(self)
        case "Lowercase": return Lowercase()
        case "NFD": return NFD()
        case let type:
            throw .unsupported(
                file: file, component: "normalizer", type: type, supported: ["BertNormalizer", "Lowercase", "NFD"])
        }
    }
}
