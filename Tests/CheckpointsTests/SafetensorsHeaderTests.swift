import TestSupport
import Testing

@testable import Checkpoints

@Suite("A safetensors header")
struct SafetensorsHeaderTests {
    private func parse(_ bytes: [UInt8]) throws(CheckpointError) -> [SafetensorsHeader.Entry] {
        let result = bytes.withUnsafeBytes { file -> Result<[SafetensorsHeader.Entry], CheckpointError> in
            do throws(CheckpointError) { return .success(try SafetensorsHeader(file: file, path: "m.safetensors").entries) }
            catch { return .failure(error) }
        }
        return try result.get()
    }

    @Test("Names, types, shapes and ranges are read, and metadata is not a tensor")
    func reads() throws {
        let header = #"{"__metadata__":{"format":"pt"},"b":{"dtype":"F16","shape":[2,3],"data_offsets":[4,16]},"a":{"dtype":"I32","shape":[],"data_offsets":[0,4]}}   "#
        let entries = try parse(SafetensorsFixture.file(header: header, data: Array(repeating: 0, count: 16)))
        let start = 8 + header.utf8.count
        #expect(entries == [
            .init(name: "b", type: .float16, shape: [2, 3], range: start + 4..<start + 16),
            .init(name: "a", type: .int32, shape: [], range: start..<start + 4),
        ])
    }

    @Test("Tensors without elements take no bytes")
    func empty() throws {
        let header = #"{"none":{"dtype":"F32","shape":[0,7],"data_offsets":[0,0]},"one":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}"#
        #expect(try parse(SafetensorsFixture.file(header: header, data: [1])).count == 2)
    }

    static let wrong: [(header: String, dataBytes: Int, message: String)] = [
        (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, 8, "tensor 'a': the header names it twice"),
        (#"{"a":{"dtype":"F8","shape":[1],"data_offsets":[0,1]}}"#, 1, "dtype F8 is not supported"),
        (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, 4, "takes 8 bytes, but its data_offsets span 4"),
        (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, 4, "its data ends at byte 8 of 4"),
        (#"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,4]}}"#, 4, "larger than any memory"),
        (#"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#, 4, "its shape is not an array of naturals"),
        (#"{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}"#, 4, "its shape is not an array of naturals"),
        (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#, 4, "not two rising naturals"),
        (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}"#, 4, "not two rising naturals"),
        (#"{"a":{"shape":[1],"data_offsets":[0,4]}}"#, 4, "it has no dtype"),
        (#"{"a":7}"#, 4, "its entry is not an object"),
        (#"{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[4],"data_offsets":[2,6]}}"#, 6, "tensor 'b': its data overlaps"),
        (#"{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[4],"data_offsets":[6,10]}}"#, 10, "tensor 'b': 2 bytes before its data"),
        (#"{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}"#, 9, "5 bytes after the last tensor"),
        ("[]", 0, "not a JSON object"),
        ("{", 0, "not JSON"),
    ]

    @Test("A header that can't be right is refused, with file, tensor and reason", arguments: wrong)
    func refuses(_ wrong: (header: String, dataBytes: Int, message: String)) {
        let bytes = SafetensorsFixture.file(header: wrong.header, data: Array(repeating: 0, count: wrong.dataBytes))
        let error = #expect(throws: CheckpointError.self) { try parse(bytes) }
        let message = error?.description ?? ""
        #expect(message.hasPrefix("m.safetensors: ") && message.contains(wrong.message), "\(message)")
    }

    @Test("A length that no file could hold is refused before anything is read", arguments: [
        UInt64.max, 1 << 62, 100_000_001, 1000,
    ])
    func length(_ length: UInt64) {
        #expect(throws: CheckpointError.self) { try parse(SafetensorsFixture.file(header: "{}", data: [], length: length)) }
    }

    @Test("No prefix of a file is taken for a file")
    func prefixes() throws {
        let whole = SafetensorsFixture.file([("a", [2], [1, 2]), ("b", [1], [3])])
        _ = try parse(whole)
        for count in 0..<whole.count {
            #expect(throws: CheckpointError.self, "\(count) bytes") { try parse(Array(whole.prefix(count))) }
        }
    }
}
