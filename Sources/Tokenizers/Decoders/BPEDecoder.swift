/// Makes spaces of the suffix that ends words (Sennrich et al. 2016), but for the last token.
struct BPEDecoder: Decoder {
    private let suffix: [UInt8]

    init(_ fields: JSONFields) throws(TokenizerError) {
        suffix = [UInt8](try fields.string("suffix").utf8)
    }

    func decode(_ tokens: inout [[UInt8]]) {
        for index in tokens.indices {
            let space = index == tokens.count - 1 ? [] : [UInt8(ascii: " ")]
            tokens[index] = tokens[index].replacing(utf8: suffix, with: space)
        }
    }
}
