/// Makes spaces of the character that stands for them; in the first token, where encoding prepends one, it drops them.
struct MetaspaceDecoder: Decoder {
    private let replacement: [UInt8]
    private let dropsFirst: Bool

    init(_ fields: JSONFields) throws(TokenizerError) {
        let replacement = try fields.string("replacement")
        guard replacement.unicodeScalars.count == 1 else {
            throw fields.invalid("replacement", "expected one character, found \(replacement.unicodeScalars.count)")
        }
        self.replacement = [UInt8](replacement.utf8)
        let scheme = try fields.optionalString("prepend_scheme") ?? "always"
        guard ["always", "first", "never"].contains(scheme) else {
            throw fields.invalid("prepend_scheme", "expected \"always\", \"first\" or \"never\", found \"\(scheme)\"")
        }
        if try fields.optionalBool("add_prefix_space") == false, scheme != "never" {
            throw fields.invalid("add_prefix_space", "expected true, or \"never\" as prepend_scheme")
        }
        dropsFirst = scheme != "never"
    }

    func decode(_ tokens: inout [[UInt8]]) {
        for index in tokens.indices {
            let space = dropsFirst && index == 0 ? [] : [UInt8(ascii: " ")]
            tokens[index] = tokens[index].replacing(utf8: replacement, with: space)
        }
    }
}
