/// What can be wrong with a checkpoint on disk. Each names the file, the tensor where there is one, and the reason.
public enum CheckpointError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The file or folder is not there or can't be read.
    case unreadable(path: String, reason: String)
    /// The file or folder can't be made, or not be filled.
    case unwritable(path: String, reason: String)
    /// The file is there but is not what its format asks for.
    case malformed(path: String, reason: String)
    /// One tensor's entry in a file's header can't be right.
    case malformedTensor(path: String, tensor: String, reason: String)
    /// The model needs a tensor that no file holds.
    case missingTensor(path: String, tensor: String)
    /// The model needs a tensor of another shape.
    case misshapenTensor(path: String, tensor: String, expected: [Int], found: [Int])

    public var description: String {
        switch self {
        case .unreadable(let path, let reason): "\(path): \(reason)"
        case .unwritable(let path, let reason): "\(path): it can't be written: \(reason)"
        case .malformed(let path, let reason): "\(path): \(reason)"
        case .malformedTensor(let path, let tensor, let reason): "\(path): tensor '\(tensor)': \(reason)"
        case .missingTensor(let path, let tensor): "\(path): the tensor '\(tensor)' is missing"
        case .misshapenTensor(let path, let tensor, let expected, let found):
            "\(path): the tensor '\(tensor)' has shape \(found), but config.json asks for \(expected)"
        }
    }
}
