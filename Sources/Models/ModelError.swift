import Checkpoints

/// Why a folder can't be served as a model.
public enum ModelError: Error, Equatable, Sendable, CustomStringConvertible {
    case checkpoint(CheckpointError)
    /// config.json asks for something that no family here does.
    case unsupported(path: String, key: String, value: String, supported: [String])
    /// Two keys of config.json contradict each other.
    case inconsistent(path: String, reason: String)

    public var description: String {
        switch self {
        case .checkpoint(let error): error.description
        case .unsupported(let path, let key, let value, let supported):
            "\(path): '\(key)' is \(value), which is not supported; supported: \(supported.joined(separator: ", "))"
        case .inconsistent(let path, let reason): "\(path): \(reason)"
        }
    }
}
