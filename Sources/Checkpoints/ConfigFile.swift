import OrderedJSON

/// A folder's `config.json`, or another JSON object beside it.
public struct ConfigFile: Sendable {
    public let path: String
    public let object: JSONObject

    /// - Throws: `CheckpointError.unreadable` or `.malformed`.
    public init(directory: String, name: String = "config.json") throws(CheckpointError) {
        guard FileSystem.exists(directory) else { throw .unreadable(path: directory, reason: "there is no such folder") }
        path = directory + "/" + name
        guard case .object(let object) = try Self.value(path: path) else {
            throw .malformed(path: path, reason: "there is no object at its top")
        }
        self.object = object
    }

    /// The value that a JSON file holds; nil where there is no such file.
    public static func optionalValue(path: String) throws(CheckpointError) -> JSONValue? {
        FileSystem.exists(path) ? try value(path: path) : nil
    }

    private static func value(path: String) throws(CheckpointError) -> JSONValue {
        let file = try MappedFile(path: path)
        do throws(JSONError) {
            return try file.withBytes { bytes throws(JSONError) in try JSONValue(parsing: bytes) }
        } catch {
            throw .malformed(path: path, reason: "this is not JSON: \(error)")
        }
    }
}
