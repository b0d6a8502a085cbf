import Testing

@testable import API

@Suite("The writer of array files")
struct ArrayFileWriterTests {
    private let arrays = [
        ArrayDescription(name: "0.weights", element: .float32, shape: [2, 2]), ArrayDescription(name: "0.nothing", element: .float16, shape: [0, 7]),
        ArrayDescription(name: "0.token_ids", element: .int32, shape: [3]), ArrayDescription(name: "0.halves", element: .float16, shape: [3]),
    ]
    private let weights: [Float] = [1, -2, 0.5, 0]
    private let halves: [Float] = [1, 65504, 1e9]
    private let weightBytes: [UInt8] = [0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0, 0, 0, 0, 0x3f, 0, 0, 0, 0]
    private let idBytes: [UInt8] = [1, 0, 0, 0, 0xfe, 0xff, 0xff, 0xff, 0, 0, 1, 0]
    private let halfBytes: [UInt8] = [0, 0x3c, 0xff, 0x7b, 0, 0x7c]

    /// - Parameter piece: floats that are appended at once.
    private func write(_ format: ArrayFormat, piece: Int, metadata: [(name: String, value: String)] = []) -> [UInt8] {
        var writer = ArrayFileWriter(format, arrays, metadata: metadata)
        var bytes: [UInt8] = []
        for start in stride(from: 0, to: weights.count, by: piece) {
            let some = weights[start..<min(start + piece, weights.count)]
            writer.append(some.span, to: &bytes)
        }
        writer.append([1, -2], to: &bytes)
        writer.append([65536], to: &bytes)
        writer.append(halves.span, to: &bytes)
        writer.finish(to: &bytes)
        #expect(bytes.count == writer.byteCount)
        return bytes
    }

    @Test("A .npy file is its header and the elements")
    func npy() {
        var writer = ArrayFileWriter(.npy, [arrays[0]])
        var bytes: [UInt8] = []
        writer.append(weights.span, to: &bytes)
        writer.finish(to: &bytes)
        #expect(bytes == NPY.header(arrays[0]) + weightBytes && writer.byteCount == bytes.count)
    }

    @Test("A file whose arrays are all empty has its header still", arguments: ArrayFormat.allCases)
    func empty(format: ArrayFormat) {
        var writer = ArrayFileWriter(format, [arrays[1]])
        var bytes: [UInt8] = []
        writer.append([], to: &bytes)
        writer.finish(to: &bytes)
        #expect(!bytes.isEmpty && bytes.count == writer.byteCount)
    }

    @Test("A safetensors file has its arrays behind the header, without gaps", arguments: 1...4)
    func safetensors(piece: Int) {
        let bytes = write(.safetensors, piece: piece, metadata: [("model", "any")])
        #expect(bytes == Safetensors.header(arrays, metadata: [("model", "any")]) + weightBytes + idBytes + halfBytes)
    }

    // Expected checksums: Python's zlib.crc32 of what numpy.save writes.
    @Test("A .npz file is a ZIP archive with a .npy file for each array", arguments: 1...4)
    func npz(piece: Int) {
        var members = ZIPArchive.members(arrays.map { ("\($0.name).npy", 128 + $0.byteCount) })
        for (index, checksum) in ([0x2af0_5fa8, 0x8c34_1ee9, 0x1bd7_7931, 0xa1e3_3459] as [UInt32]).enumerated() { members[index].checksum = checksum }
        var expected: [UInt8] = []
        for (index, elements) in [weightBytes, [], idBytes, halfBytes].enumerated() {
            expected += members[index].localHeader + NPY.header(arrays[index]) + elements + members[index].dataDescriptor
        }
        #expect(write(.npz, piece: piece) == expected + ZIPArchive.directory(members))
    }
}
