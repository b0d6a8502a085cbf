/// Splits where the script changes. Characters of no script, the space among them, go with what stands before;
/// at the beginning of a word they are dropped, as the reference drops them.
struct UnicodeScripts: PreTokenizer {
    func preTokenize(_ text: inout PreTokenizedText) {
        let table = ScriptTable.shared
        text.split { utf8, word, words in
            var wordStart: Int?
            var script = ScriptTable.noScript
            var position = word.lowerBound
            while position < word.upperBound, let scalar = utf8.scalar(at: position) {
                let scriptHere = table[scalar.value]
                if scriptHere != ScriptTable.noScript, scriptHere != script {
                    if let wordStart { words.append(wordStart..<position) }
                    wordStart = position
                    script = scriptHere
                }
                position += scalar.width
            }
            if let wordStart { words.append(wordStart..<position) }
        }
    }
}
