/// Drops a character from the ends of each token, up to so many times.
struct StripDecoder: Decoder {
    private let content: [UInt8]
    private let start: Int
    private let stop: Int

    init(_ fields: JSONFields) throws(TokenizerError) {
        let content = try fields.string("content")
        guard content.unicodeScalars.count == 1 else {
            throw fields.invalid("content", "expected one character, found \(content.unicodeScalars.count)")
        }
        self.content = [UInt8](content.utf8)
        start = try fields.count("start")
        stop = try fields.count("stop")
    }

    /// Where the reference fails, on a token that is dropped from both ends, nothing is left.
    func decode(_ tokens: inout [[UInt8]]) {
        for index in tokens.indices {
            var token = tokens[index][...]
            var dropped = 0
            while dropped < start, token.starts(with: content) {
                token.removeFirst(content.count)
                dropped += 1
            }
            dropped = 0
            while dropped < stop, token.count >= content.count, token.suffix(content.count).elementsEqual(content) {
                token.removeLast(content.count)
                dropped += 1
            }
            tokens[index] = Array(token)
        }
    }
}
