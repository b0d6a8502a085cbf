import Testing

@testable import Tensors

@Suite("Element types")
struct ElementTypeTests {
    private func widen(_ type: ElementType, _ patterns: [UInt16], misalignedBy offset: Int = 0) -> [Float] {
        var bytes = [UInt8](repeating: 0, count: offset)
        for pattern in patterns { bytes += [UInt8(pattern & 0xff), UInt8(pattern >> 8)] }
        return [Float](unsafeUninitializedCapacity: patterns.count) { target, count in
            bytes.withUnsafeBytes { type.widen(UnsafeRawBufferPointer(rebasing: $0[offset...]), into: .init(rebasing: target[..<patterns.count])) }
            count = patterns.count
        }
    }

    @Test("Every binary16 pattern widens to the number it stands for")
    func float16() {
        let patterns = Array(UInt16.min...UInt16.max)
        for (pattern, value) in zip(patterns, widen(.float16, patterns)) {
            let expected = Float(Float16(bitPattern: pattern))
            #expect(value.bitPattern == expected.bitPattern || (value.isNaN && expected.isNaN))
        }
    }

    @Test("A bfloat16 is the upper half of a binary32")
    func bfloat16() {
        let patterns = Array(UInt16.min...UInt16.max)
        for (pattern, value) in zip(patterns, widen(.bfloat16, patterns)) {
            #expect(value.bitPattern == UInt32(pattern) << 16)
        }
    }

    @Test("Elements need no alignment")
    func misaligned() {
        #expect(widen(.float16, [0x3c00, 0xc000], misalignedBy: 1) == [1, -2])
        #expect(widen(.bfloat16, [0x3f80, 0xc000], misalignedBy: 3) == [1, -2])
    }
}
