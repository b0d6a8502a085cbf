/// A step that rewrites the text before it is split: one type for each of tokenizer.json's `normalizer` types.
protocol Normalizer: Sendable {
    func normalize(_ text: inout NormalizedText)

    /// How many times as many bytes a text can have behind it, where a file decides on that.
    var growth: Double { get }
}

extension Normalizer {
    /// Unicode's own rules make a text a few times as long at most, and once.
    var growth: Double { 1 }
}

/// A bound on what a file can make of a text: enough for all that tokenizers do.
enum TextGrowth {
    static let maximum = 128.0

    /// Where a pattern of so many bytes, or of an unknown number, is replaced by so many.
    static func replacing(_ patternByteCount: Int?, by count: Int) -> Double {
        guard let patternByteCount, patternByteCount > 0 else { return Double(count + 1) }
        return max(1, Double(count) / Double(patternByteCount))
    }
}

extension JSONFields {
    /// The normalizer that an object of tokenizer.json describes.
    ///
    /// - Throws: `TokenizerError`, also for one that could make a text more than `TextGrowth.maximum` times as long.
    func makeNormalizer() throws(TokenizerError) -> any Normalizer {
        let normalizer = try makeAnyNormalizer()
        guard normalizer.growth <= TextGrowth.maximum else {
            throw invalid("type", "it can make a text more than \(Int(TextGrowth.maximum)) times as long; expected less")
        }
        return normalizer
    }

    private func makeAnyNormalizer() throws(TokenizerError) -> any Normalizer {
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
