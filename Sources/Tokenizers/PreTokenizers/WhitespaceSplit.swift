/// Splits at whitespace, which is dropped.
struct WhitespaceSplit: PreTokenizer {
    func preTokenize(_ text: inout PreTokenizedText) {
        text.split(at: .whitespace, .removed)
    }
}
