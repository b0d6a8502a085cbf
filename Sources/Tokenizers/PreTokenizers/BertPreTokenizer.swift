/// Splits at whitespace, which is dropped, and around each punctuation character.
struct BertPreTokenizer: PreTokenizer {
    func split(_ text: NormalizedText, _ range: Range<Int>, into words: inout [Range<Int>]) {
        let table = CharacterTable.shared
        var wordStart = range.lowerBound
        var position = range.lowerBound
        while position < range.upperBound, let scalar = text.utf8.scalar(at: position) {
            let properties = table[scalar.value]
            if !properties.isDisjoint(with: [.whitespace, .punctuation]) {
                if wordStart < position { words.append(wordStart..<position) }
                wordStart = position + scalar.width
                if properties.contains(.punctuation) { words.append(position..<wordStart) }
            }
            position += scalar.width
        }
        if wordStart < position { words.append(wordStart..<position) }
    }
}
