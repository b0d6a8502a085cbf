/// A normalized text on its way through the pre-tokenizers: its bytes, and the words that it is split into so far.
///
/// The text starts as the one that the normalizer left and is shared with it until a step rewrites: what comes then
/// holds the words alone.
struct PreTokenizedText {
    private(set) var text = NormalizedText()
    /// Ranges of bytes, rising, none empty.
    private(set) var words: [Range<Int>] = []
    /// Room that `split` uses again.
    private var wordsBefore: [Range<Int>] = []

    /// Begins anew with one word, a range of bytes of a text.
    mutating func reset(to text: NormalizedText, word: Range<Int>) {
        self.text = text
        words.removeAll(keepingCapacity: true)
        if !word.isEmpty { words.append(word) }
    }

    /// Replaces each word by those that the closure appends for it: ranges inside the word, rising, none empty.
    mutating func split(_ append: (_ utf8: [UInt8], _ word: Range<Int>, _ words: inout [Range<Int>]) -> Void) {
        swap(&words, &wordsBefore)
        words.removeAll(keepingCapacity: true)
        for word in wordsBefore { append(text.utf8, word, &words) }
    }

    /// Replaces the bytes of each word by those that the closure appends for it, at least one.
    mutating func rewrite(_ append: (_ text: NormalizedText, _ word: Range<Int>, _ output: inout NormalizedText) -> Void) {
        let byteCount = words.reduce(0) { $0 + $1.count }
        var output = NormalizedText(minimumCapacity: byteCount + byteCount / 4)
        for index in words.indices {
            let start = output.utf8.count
            append(text, words[index], &output)
            words[index] = start..<output.utf8.count
        }
        text = output
    }

    /// Puts a character before each word for which the closure says so. It belongs to the same place of the original text
    /// as the word's first character.
    mutating func prepend(_ scalar: UInt32, where isWanted: (_ text: NormalizedText, _ word: Range<Int>) -> Bool) {
        guard words.contains(where: { isWanted(text, $0) }) else { return }
        rewrite { text, word, output in
            if isWanted(text, word) { output.append(scalar, source: text.sources[word.lowerBound]) }
            output.append(text, word)
        }
    }
}
