/// Splits numbers (general categories N*) from what is around them, or every digit by itself.
struct Digits: PreTokenizer {
    private let individualDigits: Bool

    init(_ fields: JSONFields) throws(TokenizerError) {
        individualDigits = try fields.bool("individual_digits")
    }

    func preTokenize(_ text: inout PreTokenizedText) {
        text.split(at: .numeric, individualDigits ? .isolated : .contiguous)
    }
}
