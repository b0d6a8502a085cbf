/// The cleaning of SentencePiece's `nmt` rules: drops control characters, and makes some that are invisible spaces.
struct Nmt: Normalizer {
    func normalize(_ text: inout NormalizedText) {
        var output = NormalizedText(minimumCapacity: text.utf8.count)
        var position = 0
        while let scalar = text.utf8.scalar(at: position) {
            let source = text.sources[position]
            position += scalar.width
            switch scalar.value {
            case 0x01...0x08, 0x0B, 0x0E...0x1F, 0x7F, 0x8F, 0x9F: break
            case 0x09, 0x0A, 0x0C, 0x0D, 0x1680, 0x200B...0x200F, 0x2028, 0x2029, 0x2581, 0xFEFF, 0xFFFD:
                output.append(byte: 0x20, source: source)
            default: output.append(scalar.value, source: source)
            }
        }
        text.update(to: output)
    }
}
