/// Reads tokens such as `<0xE4>` as bytes. A run of them that is not UTF-8 becomes as many U+FFFD.
struct ByteFallbackDecoder: Decoder {
    func decode(_ tokens: inout [[UInt8]]) {
        var result: [[UInt8]] = []
        var run: [UInt8] = []
        func flush() {
            if run.isEmpty { return }
            if String(validating: run, as: UTF8.self) != nil {
                result.append(run)
            } else {
                result += [[UInt8]](repeating: Array("\u{FFFD}".utf8), count: run.count)
            }
            run.removeAll(keepingCapacity: true)
        }
        for token in tokens {
            if let byte = Self.byte(of: token) {
                run.append(byte)
            } else {
                flush()
                result.append(token)
            }
        }
        flush()
        tokens = result
    }

    private static func byte(of token: [UInt8]) -> UInt8? {
        guard token.count == 6, token.starts(with: Array("<0x".utf8)), token.last == UInt8(ascii: ">") else { return nil }
        // Both Rust's numbers, which the reference reads, and Swift's may begin with a plus.
        return UInt8(String(decoding: token[3..<5], as: UTF8.self), radix: 16)
    }
}
