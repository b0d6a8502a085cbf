/// Cutting a text or a pair to a number of tokens, as the reference's `truncate_encodings` with `longest_first` does.
enum Truncation {
    /// How many tokens of each text remain where both together may have `maximum`: the longer one is cut first,
    /// and where that is not enough both get half, the second or, where it was the longer one, the first the odd token.
    static func lengths(_ first: Int, _ second: Int, maximum: Int) -> (first: Int, second: Int) {
        guard first + second > maximum else { return (first, second) }
        var (shorter, longer) = (min(first, second), max(first, second))
        longer = shorter > maximum ? shorter : max(shorter, maximum - shorter)
        if shorter + longer > maximum {
            shorter = maximum / 2
            longer = shorter + maximum % 2
        }
        return first > second ? (longer, shorter) : (shorter, longer)
    }

    static func truncate(
        _ first: inout TokenSequence, _ second: inout TokenSequence?, maximum: Int, side: TruncationSide
    ) {
        let lengths = lengths(first.count, second?.count ?? 0, maximum: maximum)
        if second == nil {
            first.truncate(to: min(first.count, maximum), side: side)
        } else {
            first.truncate(to: lengths.first, side: side)
            second?.truncate(to: lengths.second, side: side)
        }
    }
}
