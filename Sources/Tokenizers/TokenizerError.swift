import OrderedJSON

/// Why a tokenizer could not be loaded. Each case names the file; the description says what would be right.
public enum TokenizerError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The directory has neither tokenizer.json nor the files that came before it.
    case noTokenizer(directory: String)
    /// The file exists, but cannot be read.
    case unreadable(file: String, reason: String)
    /// The file is not the JSON, or not the UTF-8 text, that it should be.
    case malformed(file: String, reason: String)
    /// A field is missing, has the wrong type or an impossible value. `path` is such as `model.vocab`.
    case invalidField(file: String, path: String, reason: String)
    /// A component that this version does not implement, beside those that it does.
    case unsupported(file: String, component: String, type: String, supported: [String])

    public var description: String {
        switch self {
        case .noTokenizer(let directory):
            "\(directory): no tokenizer: expected tokenizer.json, or vocab.txt, vocab.json with merges.txt, or a SentencePiece model, "
                + "with tokenizer_config.json"
        case .unreadable(let file, let reason):
            "\(file): cannot be read: \(reason)"
        case .malformed(let file, let reason):
            "\(file): \(reason)"
        case .invalidField(let file, let path, let reason):
            "\(file): \(path): \(reason)"
        case .unsupported(let file, let component, let type, let supported):
            "\(file): \(component) type \"\(type)\" is not supported; supported are \(supported.joined(separator: ", "))"
        }
    }
}
