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

    private func narrow(_ values: [Float]) -> [UInt16] {
        var bytes: [UInt8] = [7]
        ElementType.float16.append(values.span, to: &bytes)
        #expect(bytes.count == 1 + 2 * values.count && bytes[0] == 7)
        return stride(from: 1, to: bytes.count, by: 2).map { UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8 }
    }

    // Expected: numpy's astype(float16).
    @Test("A float becomes the nearest binary16, of two the even one; subnormal or infinite where it has to be", arguments: [
        (0x0000_0000, 0x0000), (0x8000_0000, 0x8000), (0x3f80_0000, 0x3c00), (0x3dcc_cccd, 0x2e66), (0x3eaa_aaab, 0x3555), (0x477f_e000, 0x7bff),
        (0x477f_efff, 0x7bff), (0x477f_f000, 0x7c00), (0x4780_0000, 0x7c00), (0xc77f_f000, 0xfc00), (0x7f7f_ffff, 0x7c00), (0x7f80_0000, 0x7c00),
        (0xff80_0000, 0xfc00), (0x32ff_ffff, 0x0000), (0x3300_0000, 0x0000), (0x3300_0001, 0x0001), (0x3380_0000, 0x0001), (0x33c0_0000, 0x0002),
        (0x3420_0000, 0x0002), (0x387f_c000, 0x03ff), (0x387f_dfff, 0x03ff), (0x387f_e000, 0x0400), (0x387f_ffff, 0x0400), (0x3880_0000, 0x0400),
        (0x3880_1000, 0x0400), (0x3880_3000, 0x0402), (0x3f80_1000, 0x3c00), (0x3f80_1001, 0x3c01), (0x3f80_3000, 0x3c02), (0x0000_0001, 0x0000),
        (0x007f_ffff, 0x0000),
    ] as [(UInt32, UInt16)])
    func nearestFloat16(_ pattern: UInt32, _ expected: UInt16) {
        #expect(narrow([Float(bitPattern: pattern)]) == [expected])
        // In a row that is long enough for vectors too.
        #expect(narrow([Float](repeating: Float(bitPattern: pattern), count: 37)) == [UInt16](repeating: expected, count: 37))
    }

    @Test("Every binary16 comes back from the float that it widens to")
    func float16Returns() {
        let patterns = Array(UInt16.min...UInt16.max)
        for (pattern, narrowed) in zip(patterns, narrow(widen(.float16, patterns))) {
            #expect(narrowed == pattern || (Float16(bitPattern: pattern).isNaN && Float16(bitPattern: narrowed).isNaN))
        }
    }

    @Test("A float's own bytes are its little-endian ones")
    func float32Bytes() {
        var bytes: [UInt8] = []
        for values in [[1], [], [-2.5]] as [[Float]] { ElementType.float32.append(values.span, to: &bytes) }
        #expect(bytes == [0, 0, 0x80, 0x3f, 0, 0, 0x20, 0xc0])
    }
}
