/// Splits at whitespace, which is dropped, and around each punctuation character.
struct BertPreTokenizer: PreTokenizer {
    func preTokenize(_ text: inout PreTokenizedText) {
        text.split { utf8, word, words in
            let table = CharacterTable.shared
            var wordStart = word.lowerBound
            var position = word.lowerBound
            while position < word.upperBound, let scalar = utf8.scalar(at: position) {
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
}
