/// Drops whitespace at the ends of the text.
struct Strip: Normalizer {
    let left: Bool
    let right: Bool

    init(_ fields: JSONFields) throws(TokenizerError) {
        left = try fields.bool("strip_left")
        right = try fields.bool("strip_right")
    }

    func normalize(_ text: inout NormalizedText) {
        var (lower, upper) = (0, text.utf8.count)
        if left {
            while let scalar = text.utf8.scalar(at: lower), CharacterTable.shared[scalar.value].contains(.whitespace) {
                lower += scalar.width
            }
        }
        if right {
            while upper > lower, let scalar = text.utf8.scalar(before: upper),
                CharacterTable.shared[scalar.value].contains(.whitespace)
            {
                upper -= scalar.width
            }
        }
        if upper - lower < text.utf8.count { text.trim(to: lower..<upper) }
    }
}
