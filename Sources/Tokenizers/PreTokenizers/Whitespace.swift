/// Splits at whitespace, which is dropped, and between word characters and all others: the matches of `\w+|[^\w\s]+`.
struct Whitespace: PreTokenizer {
    func preTokenize(_ text: inout PreTokenizedText) {
        let table = CharacterTable.shared
        text.split { utf8, word, words in
            var wordStart = word.lowerBound
            var kind: CharacterProperties = .whitespace
            var position = word.lowerBound
            while position < word.upperBound, let scalar = utf8.scalar(at: position) {
                let kindHere = table[scalar.value].intersection([.whitespace, .word])
                if kindHere != kind {
                    if kind != .whitespace { words.append(wordStart..<position) }
                    wordStart = position
                    kind = kindHere
                }
                position += scalar.width
            }
            if kind != .whitespace { words.append(wordStart..<position) }
        }
    }
}
