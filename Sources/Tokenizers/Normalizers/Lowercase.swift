/// Lowercases each character by itself.
struct Lowercase: Normalizer {
    func normalize(_ text: inout NormalizedText) {
        BertNormalizer(cleanText: false, handleChineseChars: false, stripAccents: false, lowercase: true).normalize(&text)
    }
}
