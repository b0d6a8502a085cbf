/// A step that makes text of tokens: one type for each of tokenizer.json's `decoder` types. What is left of the tokens
/// after the last one, put together, is the text.
protocol Decoder: Sendable {
    /// - Parameter tokens: well-formed UTF-8 each, as are those that it leaves.
    func decode(_ tokens: inout [[UInt8]])
}

extension JSONFields {
    /// The decoder that an object of tokenizer.json describes.
    func makeDecoder() throws(TokenizerError) -> any Decoder {
        switch try string("type") {
        case "BPEDecoder": return try BPEDecoder(self)
        case "ByteFallback": return ByteFallbackDecoder()
        case "ByteLevel": return ByteLevelDecoder()
        case "CTC": return try CTCDecoder(self)
        case "Fuse": return FuseDecoder()
        case "Metaspace": return try MetaspaceDecoder(self)
        case "Replace": return try ReplaceDecoder(self)
        case "Sequence": return try DecoderSequence(self)
        case "Strip": return try StripDecoder(self)
        case "WordPiece": return try WordPieceDecoder(self)
        case let type:
            throw .unsupported(
                file: file, component: "decoder", type: type,
                supported: [
                    "BPEDecoder", "ByteFallback", "ByteLevel", "CTC", "Fuse", "Metaspace", "Replace", "Sequence", "Strip", "WordPiece",
                ])
        }
    }
}

extension [UInt8] {
    /// The bytes with all of `pattern`, from left to right, replaced. An empty pattern stands between all characters and at the ends.
    func replacing(utf8 pattern: [UInt8], with content: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(count)
        var position = 0
        while position < count {
            if pattern.isEmpty, !self[position].isUTF8Continuation { result += content }
            if !pattern.isEmpty, self[position...].starts(with: pattern) {
                result += content
                position += pattern.count
            } else {
                result.append(self[position])
                position += 1
            }
        }
        if pattern.isEmpty { result += content }
        return result
    }

    /// Likewise, of short literals.
    func replacing(_ pattern: StaticString, with content: StaticString) -> [UInt8] {
        replacing(utf8: Array(pattern.description.utf8), with: Array(content.description.utf8))
    }
}
