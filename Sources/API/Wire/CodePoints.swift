/// Stretches of a text by the numbers of their code points, found in one walk over the text.
struct CodePoints {
    private let text: String
    /// Where the code points are at which a stretch begins or ends.
    private var places: [Int: String.Index] = [:]

    init(_ text: String, cutAt ranges: some Sequence<Range<Int>>) {
        self.text = text
        var index = text.startIndex, number = 0
        for boundary in Set(ranges.flatMap { [$0.lowerBound, $0.upperBound] }).sorted() {
            while number < boundary, index < text.endIndex {
                text.unicodeScalars.formIndex(after: &index)
                number += 1
            }
            places[boundary] = index
        }
    }

    /// One of the stretches that were given; empty for any other.
    subscript(range: Range<Int>) -> String {
        guard let start = places[range.lowerBound], let end = places[range.upperBound] else { return "" }
        return String(text[start..<end])
    }
}
