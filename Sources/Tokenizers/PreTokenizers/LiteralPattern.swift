/// A string looked for as it is, in time linear in the text (Knuth, Morris and Pratt 1977).
struct LiteralPattern: Sendable {
    private let bytes: [UInt8]
    /// For each number of bytes matched, how many remain matched when the next byte is another.
    private let fallbacks: [Int]

    init(_ string: String) {
        bytes = [UInt8](string.utf8)
        var fallbacks = [Int](repeating: 0, count: bytes.count + 1)
        var matched = 0
        for index in bytes.indices.dropFirst() {
            while matched > 0, bytes[matched] != bytes[index] { matched = fallbacks[matched] }
            if bytes[matched] == bytes[index] { matched += 1 }
            fallbacks[index + 1] = matched
        }
        self.fallbacks = fallbacks
    }

    /// All matches in a range of the text, from left to right, without overlap. The empty string matches between all characters.
    func matches(in text: [UInt8], _ range: Range<Int>) -> [Range<Int>] {
        if bytes.isEmpty {
            let starts = range.filter { !text[$0].isUTF8Continuation }
            return (starts + [range.upperBound]).map { $0..<$0 }
        }
        var matches: [Range<Int>] = []
        var matched = 0
        for position in range {
            while matched > 0, bytes[matched] != text[position] { matched = fallbacks[matched] }
            if bytes[matched] == text[position] { matched += 1 }
            if matched == bytes.count {
                matches.append(position + 1 - matched..<position + 1)
                matched = 0
            }
        }
        return matches
    }
}
