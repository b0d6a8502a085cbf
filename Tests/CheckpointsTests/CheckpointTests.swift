import TestSupport
import Testing

@testable import Checkpoints

@Suite("A checkpoint's folder")
struct CheckpointTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    private func values(_ tensor: StoredTensor) throws -> [Float] {
        var values = [Float](repeating: 0, count: tensor.elementCount)
        try values.withUnsafeMutableBufferPointer { try tensor.read(into: $0) }
        return values
    }

    private func message(_ body: () throws -> Void) -> String {
        do { try body() } catch { return "\(error)" }
        return "no error"
    }

    @Test("A single file gives its tensors, and tells which nobody asked for")
    func single() throws {
        try folder.write(SafetensorsFixture.file([("x", [2, 1], [1, 2]), ("y", [1], [3]), ("z", [0], [])]), to: "model.safetensors")
        var checkpoint = try Checkpoint(directory: folder.path)
        #expect(try values(checkpoint.tensor("x", shape: [2, 1])) == [1, 2])
        checkpoint.ignore("z")
        #expect(checkpoint.unused == ["y"])
        #expect(checkpoint.usedElementCount == 2)
    }

    @Test("A missing tensor and a misshapen one are named")
    func wrongTensor() throws {
        try folder.write(SafetensorsFixture.file([("x", [2], [1, 2])]), to: "model.safetensors")
        var checkpoint = try Checkpoint(directory: folder.path)
        #expect(message { _ = try checkpoint.tensor("w", shape: [2]) } == "\(folder.path): the tensor 'w' is missing")
        #expect(message { _ = try checkpoint.tensor("x", shape: [3]) }
            == "\(folder.path)/model.safetensors: the tensor 'x' has shape [2], but config.json asks for [3]")
    }

    @Test("Integers are no weights")
    func integers() throws {
        let header = #"{"i":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}}"#
        try folder.write(SafetensorsFixture.file(header: header, data: Array(repeating: 0, count: 8)), to: "model.safetensors")
        var checkpoint = try Checkpoint(directory: folder.path)
        let tensor = try checkpoint.tensor("i", shape: [1])
        #expect(message { _ = try values(tensor) }.contains("tensor 'i': it holds I64"))
    }

    @Test("Shards are joined by their index")
    func shards() throws {
        try folder.write(SafetensorsFixture.file([("x", [1], [1])]), to: "a.safetensors")
        try folder.write(SafetensorsFixture.file([("y", [1], [2])]), to: "b.safetensors")
        try folder.write(Array(#"{"weight_map":{"x":"a.safetensors","y":"b.safetensors"}}"#.utf8), to: "model.safetensors.index.json")
        var checkpoint = try Checkpoint(directory: folder.path)
        #expect(try values(checkpoint.tensor("y", shape: [1])) == [2])
        #expect(checkpoint.all.map(\.name) == ["x", "y"])
    }

    @Test("An index that names files elsewhere, or lies, is refused", arguments: [
        (#"{"weight_map":{"x":"../a.safetensors"}}"#, "'../a.safetensors' is not the name of a .safetensors file in this folder"),
        (#"{"weight_map":{"x":"/etc/passwd"}}"#, "'/etc/passwd' is not the name"),
        (#"{"weight_map":{"x":"sub/a.safetensors"}}"#, "is not the name"),
        (#"{"weight_map":{"x":"a.bin"}}"#, "is not the name"),
        (#"{"weight_map":{"x":3}}"#, "its shard is not a file name"),
        (#"{"weight_map":{}}"#, "there is no weight_map"),
        (#"{}"#, "there is no weight_map"),
        (#"{"#, "index.json"),
        (#"{"weight_map":{"x":"missing.safetensors"}}"#, "missing.safetensors: No such file"),
        (#"{"weight_map":{"w":"a.safetensors"}}"#, "tensor 'w': it is not in a.safetensors"),
        (#"{"weight_map":{"x":"a.safetensors","y":"again.safetensors"}}"#, "tensor 'x': another shard holds it too"),
    ])
    func badIndex(_ index: String, _ expected: String) throws {
        try folder.write(SafetensorsFixture.file([("x", [1], [1])]), to: "a.safetensors")
        try folder.write(SafetensorsFixture.file([("x", [1], [1])]), to: "again.safetensors")
        try folder.write(Array(index.utf8), to: "model.safetensors.index.json")
        let message = message { _ = try Checkpoint(directory: folder.path) }
        #expect(message.contains(expected), "\(message)")
    }

    @Test("An empty folder, a missing one, an empty file and a folder in a file's place are told apart")
    func nothing() throws {
        #expect(message { _ = try Checkpoint(directory: folder.path) }.contains("neither model.safetensors nor"))
        #expect(message { _ = try Checkpoint(directory: folder.path + "/none") }.contains("there is no such folder"))
        try folder.write([], to: "model.safetensors")
        #expect(message { _ = try Checkpoint(directory: folder.path) }.contains("model.safetensors: the file is empty"))
        let other = try TemporaryDirectory()
        try other.makeDirectory("model.safetensors")
        #expect(message { _ = try Checkpoint(directory: other.path) }.contains("not a regular file"))
    }

    @Test("A config.json that is no object says so")
    func config() throws {
        try folder.write(Array("[1]".utf8), to: "config.json")
        #expect(message { _ = try ConfigFile(directory: folder.path) }.contains("config.json: there is no object at its top"))
        try folder.write(Array("{".utf8), to: "config.json")
        #expect(message { _ = try ConfigFile(directory: folder.path) }.contains("config.json: this is not JSON"))
    }
}
