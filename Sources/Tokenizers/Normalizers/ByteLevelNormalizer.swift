/// Writes each byte of the text as a character of `ByteAlphabet`.
struct ByteLevelNormalizer: Normalizer {
    func normalize(_ text: inout NormalizedText) {
        var output = NormalizedText(minimumCapacity: text.utf8.count + text.utf8.count / 2)
        for (byte, source) in zip(text.utf8, text.sources) { output.append(ByteAlphabet.scalars[Int(byte)], source: source) }
        text.update(to: output)
    }
}
