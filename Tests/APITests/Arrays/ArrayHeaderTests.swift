import Testing

@testable import API

@Suite("The headers of arrays")
struct ArrayHeaderTests {
    private func text(_ bytes: some Sequence<UInt8>) -> String { String(decoding: Array(bytes), as: UTF8.self) }

    // Expected: numpy.save of numpy 2.
    @Test("A .npy header is what NumPy writes", arguments: [
        ([], ArrayElement.float32, "{'descr': '<f4', 'fortran_order': False, 'shape': (), }"),
        ([3], .float16, "{'descr': '<f2', 'fortran_order': False, 'shape': (3,), }"),
        ([2, 3], .int32, "{'descr': '<i4', 'fortran_order': False, 'shape': (2, 3), }"),
        ([12, 12, 128, 128], .float32, "{'descr': '<f4', 'fortran_order': False, 'shape': (12, 12, 128, 128), }"),
    ])
    func npy(shape: [Int], element: ArrayElement, dictionary: String) {
        let header = NPY.header(ArrayDescription(name: "any", element: element, shape: shape))
        #expect(Array(header.prefix(10)) == [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 0x76, 0])
        #expect(text(header.dropFirst(10)) == dictionary + String(repeating: " ", count: 117 - dictionary.utf8.count) + "\n")
        #expect(header.count == 128)
    }

    @Test("A .npy header of any length ends at a multiple of 64")
    func npyAlignment() {
        for rank in 0..<40 {
            let header = NPY.header(ArrayDescription(name: "any", element: .float32, shape: Array(repeating: 7, count: rank)))
            #expect(header.count % 64 == 0 && header.last == UInt8(ascii: "\n"))
            #expect(header.count == 10 + Int(header[8]) + Int(header[9]) << 8)
        }
    }

    // Expected: safetensors.numpy.save of safetensors 0.8.
    @Test("A safetensors header is what the safetensors package writes")
    func safetensors() {
        let header = Safetensors.header(
            [
                ArrayDescription(name: "0.weights", element: .float32, shape: [2, 3]),
                ArrayDescription(name: "0.token_ids", element: .int32, shape: [3]),
            ], metadata: [("model", "a \"b\"")])
        #expect(Array(header.prefix(8)) == [0xa8, 0, 0, 0, 0, 0, 0, 0])
        let expected = #"{"__metadata__":{"model":"a \"b\""},"0.weights":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},"#
            + #""0.token_ids":{"dtype":"I32","shape":[3],"data_offsets":[24,36]}}   "#
        #expect(text(header.dropFirst(8)) == expected)
        #expect(text(Safetensors.header([]).dropFirst(8)) == "{}      ")
    }

    @Test("Arrays of wide elements come first where all are to be aligned")
    func order() {
        let arrays = [("a", ArrayElement.float16), ("b", .int32), ("c", .float16), ("d", .float32)].map { ArrayDescription(name: $0, element: $1, shape: [3]) }
        #expect(Safetensors.aligned(arrays).map(\.name) == ["b", "d", "a", "c"])
    }
}
