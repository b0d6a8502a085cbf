/// Splits at one character, which is dropped.
struct CharDelimiterSplit: PreTokenizer {
    private let delimiter: UInt32

    init(_ fields: JSONFields) throws(TokenizerError) {
        delimiter = try fields.scalar("delimiter").value
    }

    func preTokenize(_ text: inout PreTokenizedText) {
        text.split(.removed) { $0 == delimiter }
    }
}
