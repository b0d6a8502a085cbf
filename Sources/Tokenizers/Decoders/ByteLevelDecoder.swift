/// Reads the characters of `ByteAlphabet` as bytes, all tokens together. A token with another character stands for its own bytes.
/// What is then not UTF-8 becomes U+FFFD.
struct ByteLevelDecoder: Decoder {
    func decode(_ tokens: inout [[UInt8]]) {
        var bytes: [UInt8] = []
        for token in tokens { bytes += Self.bytes(of: token) ?? token }
        tokens = [Array(String(decoding: bytes, as: UTF8.self).utf8)]
    }

    private static func bytes(of token: [UInt8]) -> [UInt8]? {
        var bytes: [UInt8] = []
        var position = 0
        while let scalar = token.scalar(at: position) {
            guard let byte = ByteAlphabet.byte(for: scalar.value) else { return nil }
            bytes.append(byte)
            position += scalar.width
        }
        return bytes
    }
}
