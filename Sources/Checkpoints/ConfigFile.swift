import FoundationEssentials

/// A folder's `config.json`, decoded into what a model family says it needs.
public struct ConfigFile: Sendable {
    public let path: String
    private let bytes: Data

    /// - Throws: `CheckpointError.unreadable` or `.malformed` (empty).
    public init(directory: String) throws(CheckpointError) {
        path = directory + "/config.json"
        guard FileSystem.exists(directory) else { throw .unreadable(path: directory, reason: "there is no such folder") }
        bytes = try MappedFile(path: path).contents
    }

    /// - Throws: `CheckpointError.malformed` with the key that is wrong.
    public func decode<Config: Decodable>(_ type: Config.Type) throws(CheckpointError) -> Config {
        do {
            return try JSONDecoder().decode(type, from: bytes)
        } catch let error as DecodingError {
            throw .malformed(path: path, reason: error.reason)
        } catch {
            throw .malformed(path: path, reason: "\(error)")
        }
    }
}

extension DecodingError {
    /// One line that names the key and says what is wrong with its value.
    fileprivate var reason: String {
        func key(_ path: [any CodingKey]) -> String { path.map(\.stringValue).joined(separator: ".") }
        return switch self {
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            "'\(key(context.codingPath))': \(context.debugDescription)"
        case .keyNotFound(let missing, let context): "'\(key(context.codingPath + [missing]))' is missing"
        case .dataCorrupted(let context):
            context.codingPath.isEmpty ? "this is not JSON, or a number in it is out of range: \(context.debugDescription)"
                : "'\(key(context.codingPath))': \(context.debugDescription)"
        @unknown default: "\(self)"
        }
    }
}
