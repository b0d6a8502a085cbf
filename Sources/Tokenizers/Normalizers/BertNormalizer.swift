/// BERT's normalizer: drops control characters, makes all whitespace spaces, puts spaces around ideographs, strips accents
/// (canonical decomposition, then without nonspacing marks) and lowercases, each step where its flag is set, in this order.
///
/// All steps in one walk over the text: each of them maps a character by itself, except canonical ordering,
/// for which runs of combining characters are held back.
struct BertNormalizer: Normalizer {
    let cleanText: Bool
    let handleChineseChars: Bool
    let stripAccents: Bool
    let lowercase: Bool
    /// What becomes of each ASCII character.
    private let asciiTable: [UInt8]

    /// In `asciiTable`: the character is dropped.
    private static let removed: UInt8 = 0xFF

    /// - Parameter stripAccents: nil strips where `lowercase` is set, as the original BERT does.
    init(cleanText: Bool, handleChineseChars: Bool, stripAccents: Bool?, lowercase: Bool) {
        self.cleanText = cleanText
        self.handleChineseChars = handleChineseChars
        self.stripAccents = stripAccents ?? lowercase
        self.lowercase = lowercase
        asciiTable = (0..<128).map { (byte: UInt8) -> UInt8 in
            switch byte {
            case 0x09, 0x0A, 0x0D: cleanText ? 0x20 : byte
            case 0x00...0x1F, 0x7F: cleanText ? Self.removed : byte
            case 0x41...0x5A: lowercase ? byte + 0x20 : byte
            default: byte
            }
        }
    }

    init(_ fields: JSONFields) throws(TokenizerError) {
        self.init(
            cleanText: try fields.bool("clean_text"),
            handleChineseChars: try fields.bool("handle_chinese_chars"),
            stripAccents: try fields.optionalBool("strip_accents"),
            lowercase: try fields.bool("lowercase"))
    }

    func normalize(_ text: inout NormalizedText) {
        if text.isASCII {
            text.mapASCII(asciiTable, removed: Self.removed)
            return
        }
        let table = CharacterTable.shared
        var output = NormalizedText(minimumCapacity: text.utf8.count + text.utf8.count / 4)
        var decomposer = Decomposer()
        var position = 0
        while let scalar = text.utf8.scalar(at: position) {
            let source = text.sources[position]
            position += scalar.width
            if scalar.value < 0x80 {
                let byte = asciiTable[Int(scalar.value)]
                // What is removed does not keep the marks on its sides apart.
                if byte == Self.removed { continue }
                decomposer.flush { append($0.value, $0.properties, $0.source, to: &output) }
                output.append(byte: byte, source: source)
                continue
            }
            let properties = table[scalar.value]
            if cleanText {
                if properties.contains(.control) || scalar.value == 0xFFFD { continue }
                if properties.contains(.whitespace) {
                    appendSpace(source, &decomposer, to: &output)
                    continue
                }
            }
            let isSpaced = handleChineseChars && properties.contains(.ideograph)
            if isSpaced { appendSpace(source, &decomposer, to: &output) }
            if stripAccents {
                decomposer.append(scalar.value, properties, source: source) {
                    append($0.value, $0.properties, $0.source, to: &output)
                }
            } else {
                append(scalar.value, properties, source, to: &output)
            }
            if isSpaced { appendSpace(source, &decomposer, to: &output) }
        }
        decomposer.flush { append($0.value, $0.properties, $0.source, to: &output) }
        text.update(to: output)
    }

    private func appendSpace(_ source: Int32, _ decomposer: inout Decomposer, to output: inout NormalizedText) {
        decomposer.flush { append($0.value, $0.properties, $0.source, to: &output) }
        output.append(byte: 0x20, source: source)
    }

    /// The last steps, of a character in canonical order.
    private func append(
        _ scalar: UInt32, _ properties: CharacterProperties, _ source: Int32, to output: inout NormalizedText
    ) {
        if stripAccents, properties.contains(.nonspacingMark) { return }
        guard lowercase, properties.contains(.uppercase) else {
            output.append(scalar, source: source)
            return
        }
        let (first, second) = LowercaseMapping.shared[scalar]
        output.append(first, source: source)
        if let second { output.append(second, source: source) }
    }
}
