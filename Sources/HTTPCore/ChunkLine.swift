/// `chunk-size [ chunk-ext ]` (RFC 9112 §7.1).
struct ChunkLine: Equatable {
    /// Bytes of data that follow; zero for the last chunk.
    var size: Int
    /// Bytes of the line that are extensions.
    var extensionBytes: Int

    /// - Parameter line: the line without its CRLF.
    init(parsing line: Span<UInt8>) throws(HTTPError) {
        var index = 0
        var size = 0
        while index < line.count, let digit = ByteClass.hexValue(line[index]) {
            // §7.1: a recipient must guard against overflow; fifteen digits are an exabyte.
            guard index < 15 else { throw .malformedRequest("a chunk size has more than 15 hexadecimal digits") }
            size = size << 4 | digit
            index += 1
        }
        guard index > 0 else {
            throw .malformedRequest("a chunk does not begin with its size in hexadecimal digits")
        }
        self.size = size
        extensionBytes = line.count - index
        try Self.checkExtensions(line, from: index)
    }

    /// RFC 9112 §7.1.1: `*( BWS ";" BWS name [ BWS "=" BWS ( token / quoted-string ) ] )`; understood to be ignored, but not if malformed.
    private static func checkExtensions(_ line: Span<UInt8>, from start: Int) throws(HTTPError) {
        let malformed = HTTPError.malformedRequest("a chunk extension is not of the form ;name=value, or the chunk size has a stray character")
        var index = start
        while index < line.count {
            index = skipWhitespace(line, index)
            guard index < line.count, line[index] == ByteClass.semicolon else { throw malformed }
            index = skipWhitespace(line, index + 1)
            let nameStart = index
            index = skipToken(line, index)
            guard index > nameStart else { throw malformed }
            let valueMark = skipWhitespace(line, index)
            guard valueMark < line.count, line[valueMark] == ByteClass.equals else { continue }
            index = skipWhitespace(line, valueMark + 1)
            let valueStart = index
            if index < line.count, line[index] == ByteClass.quote {
                guard let end = skipQuotedString(line, index) else { throw malformed }
                index = end
            } else {
                index = skipToken(line, index)
            }
            guard index > valueStart else { throw malformed }
        }
    }

    private static func skipWhitespace(_ line: Span<UInt8>, _ start: Int) -> Int {
        var index = start
        while index < line.count, ByteClass.isWhitespace(line[index]) { index += 1 }
        return index
    }

    private static func skipToken(_ line: Span<UInt8>, _ start: Int) -> Int {
        var index = start
        while index < line.count, ByteClass.isTokenCharacter(line[index]) { index += 1 }
        return index
    }

    /// RFC 9110 §5.6.4. The index after the closing quote, or nil.
    private static func skipQuotedString(_ line: Span<UInt8>, _ start: Int) -> Int? {
        var index = start + 1
        while index < line.count {
            let byte = line[index]
            if byte == ByteClass.quote { return index + 1 }
            if byte == ByteClass.backslash { index += 1 }
            guard index < line.count, ByteClass.isFieldValueCharacter(line[index]) else { return nil }
            index += 1
        }
        return nil
    }
}
