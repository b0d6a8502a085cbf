/// Replaces, in each token, what a string or a regular expression matches by a string.
struct ReplaceDecoder: Decoder {
    private let pattern: RegularExpression
    private let content: [UInt8]

    init(_ fields: JSONFields) throws(TokenizerError) {
        pattern = try fields.pattern("pattern")
        content = [UInt8](try fields.string("content").utf8)
    }

    func decode(_ tokens: inout [[UInt8]]) {
        for index in tokens.indices where !tokens[index].isEmpty {
            let token = tokens[index]
            var result: [UInt8] = []
            var end = 0
            for match in pattern.matches(in: token) {
                result += token[end..<match.lowerBound]
                result += content
                end = match.upperBound
            }
            tokens[index] = result + token[end...]
        }
    }
}
