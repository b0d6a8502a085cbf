/// Parsers of bytes from elsewhere, each with what must hold whatever the bytes are. `scripts/fuzz` looks for bytes with which it
/// does not; the tests run the inputs that were kept.
public enum FuzzTarget: String, CaseIterable, Sendable {
    case httpRequest = "http-request"
    case chunkedBody = "chunked-body"
    case safetensorsHeader = "safetensors-header"
    case tokenizer

    /// Parses the bytes and checks the result.
    /// - Throws: `FuzzFinding` where something does not hold that must.
    public func run(_ input: [UInt8]) throws(FuzzFinding) {
        switch self {
        case .httpRequest: try HTTPRequestTarget.run(input)
        case .chunkedBody: try ChunkedBodyTarget.run(input)
        case .safetensorsHeader: try SafetensorsHeaderTarget.run(input)
        case .tokenizer: try TokenizerTarget.run(input)
        }
    }
}
