import OrderedJSON
import Tensors

/// The weights of a model's folder: `model.safetensors`, or the shards that `model.safetensors.index.json` names.
///
/// It remembers which tensors were asked for, so that what nothing uses can be told.
public struct Checkpoint {
    public let directory: String
    private var tensors: [String: StoredTensor] = [:]
    private var used: Set<String> = []
    private var ignored: Set<String> = []
    /// Tensors that a model multiplies as int8 where it is asked to.
    public private(set) var quantizable: Set<String> = []

    /// Maps the files and validates their headers; no weight is read yet.
    /// - Throws: `CheckpointError`.
    /// - Parameter name: of the one file.
    public init(directory: String, name: String = "model.safetensors") throws(CheckpointError) {
        self.directory = directory
        let single = directory + "/" + name, index = directory + "/model.safetensors.index.json"
        if FileSystem.exists(single) {
            try add(file: single)
        } else if FileSystem.exists(index) {
            try addShards(index: index)
        } else {
            throw .unreadable(path: directory, reason: Self.whatIsMissing(directory))
        }
    }

    private static func whatIsMissing(_ directory: String) -> String {
        guard FileSystem.isDirectory(directory) else { return "there is no such folder" }
        let missing = "there is neither model.safetensors nor model.safetensors.index.json in this folder"
        guard FileSystem.exists(directory + "/pytorch_model.bin") else { return missing }
        return missing + "; pytorch_model.bin is not read, for it may hold a program: "
            + "saving the model again with transformers or sentence-transformers writes model.safetensors"
    }

    /// All tensors, by name.
    public var all: [StoredTensor] { tensors.values.sorted { $0.name < $1.name } }

    /// The names that `tensor(_:shape:)` was not asked for, sorted.
    public var unused: [String] { tensors.keys.filter { !used.contains($0) && !ignored.contains($0) }.sorted() }

    /// Elements of the tensors that were asked for: a model's parameters.
    public var usedElementCount: Int {
        used.reduce(0) { $0 + (tensors[$1]?.elementCount ?? 0) }
    }

    public func contains(_ name: String) -> Bool { tensors[name] != nil }

    /// Counts a tensor as known although nothing reads it, such as the position numbers that old checkpoints carry.
    public mutating func ignore(_ name: String) { ignored.insert(name) }

    /// Counts a tensor among those that int8 is good enough for.
    public mutating func noteQuantizable(_ name: String) { quantizable.insert(name) }

    /// The tensor of that name, of exactly that shape.
    /// - Throws: `CheckpointError.missingTensor` or `.misshapenTensor`.
    public mutating func tensor(_ name: String, shape: [Int]) throws(CheckpointError) -> StoredTensor {
        guard let tensor = tensors[name] else { throw .missingTensor(path: directory, tensor: name) }
        guard tensor.shape == shape else {
            throw .misshapenTensor(path: tensor.file.path, tensor: name, expected: shape, found: tensor.shape)
        }
        used.insert(name)
        return tensor
    }

    private mutating func add(file path: String) throws(CheckpointError) {
        let file = try MappedFile(path: path)
        let header = try file.withBytes { bytes throws(CheckpointError) in try SafetensorsHeader(file: bytes, path: path) }
        for entry in header.entries {
            guard tensors[entry.name] == nil else {
                throw .malformedTensor(path: path, tensor: entry.name, reason: "another shard holds it too")
            }
            tensors[entry.name] = StoredTensor(
                name: entry.name, type: entry.type, shape: entry.shape, file: file, range: entry.range)
        }
    }

    private mutating func addShards(index path: String) throws(CheckpointError) {
        let file = try MappedFile(path: path)
        let json: JSONValue
        do throws(JSONError) {
            json = try file.withBytes { bytes throws(JSONError) in try JSONValue(parsing: bytes) }
        } catch {
            throw .malformed(path: path, reason: "\(error)")
        }
        guard case .object(let root) = json, case .object(let map)? = root["weight_map"], !map.members.isEmpty else {
            throw .malformed(path: path, reason: "there is no weight_map that names the shard of each tensor")
        }
        var names: [String: [String]] = [:]
        for (tensor, value) in map.members {
            guard case .string(let shard) = value else {
                throw .malformedTensor(path: path, tensor: tensor, reason: "its shard is not a file name")
            }
            names[shard, default: []].append(tensor)
        }
        for (shard, expected) in names.sorted(by: { $0.key < $1.key }) {
            // The index is data from elsewhere: it may name files of this folder and no others.
            guard !shard.contains("/"), !shard.contains("\0"), shard.hasSuffix(".safetensors") else {
                throw .malformed(path: path, reason: "'\(shard)' is not the name of a .safetensors file in this folder")
            }
            try add(file: directory + "/" + shard)
            for tensor in expected where tensors[tensor] == nil {
                throw .malformedTensor(path: path, tensor: tensor, reason: "it is not in \(shard), where the index says it is")
            }
        }
    }
}
