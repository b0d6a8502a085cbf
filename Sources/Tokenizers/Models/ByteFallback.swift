/// The tokens `<0x00>` to `<0xFF>` of a vocabulary, which stand for the bytes of characters that it does not have.
struct ByteFallback: Sendable {
    /// By byte; -1 where there is none.
    private var ids = [Int32](repeating: -1, count: 256)

    /// - Parameter id: the id of a token, given as UTF-8.
    init(_ id: (_ token: [UInt8]) -> Int32?) {
        let digits = Array("0123456789ABCDEF".utf8)
        for byte in 0..<256 {
            ids[byte] = id(Array("<0x".utf8) + [digits[byte >> 4], digits[byte & 15], UInt8(ascii: ">")]) ?? -1
        }
    }

    /// Whether all bytes of a range have a token.
    func covers(_ utf8: [UInt8], _ range: Range<Int>) -> Bool {
        range.allSatisfy { ids[Int(utf8[$0])] >= 0 }
    }

    /// The id of a byte that has a token.
    subscript(byte: UInt8) -> Int32 { ids[Int(byte)] }
}
