/// A value for each code point: a block of 256 by the high bits, the code point in it by the low ones. Equal blocks are kept once.
struct TwoStageTable<Value: Hashable & Sendable>: Sendable {
    private var blockIndices: [UInt16] = []
    private var blocks: [Value] = []

    /// - Parameter values: of all 0x110000 code points.
    init(_ values: [Value]) {
        var indicesByContent: [ArraySlice<Value>: UInt16] = [:]
        for start in stride(from: 0, to: 0x110000, by: 256) {
            let content = values[start..<start + 256]
            let index = indicesByContent[content] ?? UInt16(blocks.count / 256)
            if indicesByContent.updateValue(index, forKey: content) == nil { blocks.append(contentsOf: content) }
            blockIndices.append(index)
        }
    }

    subscript(codePoint: UInt32) -> Value {
        blocks[Int(blockIndices[Int(codePoint >> 8)]) << 8 | Int(codePoint & 0xFF)]
    }
}
