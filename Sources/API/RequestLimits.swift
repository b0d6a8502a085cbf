/// What one request may ask for, beside the threat each bound is for. The server's own limits are in `HTTPServer.Limits`.
public struct RequestLimits: Sendable {
    /// One client that fills the queue for all others.
    public var maximumInputs = 1024
    /// Texts that take seconds to tokenize, and gigabytes to show as tokens. Bytes of UTF-8 in one request.
    public var maximumTextBytes = 4 << 20
    /// One client that fills the queue for all others, with few but long texts. Tokens of one request.
    public var maximumTokens = 1 << 18
    /// How long a client waits for its answer to begin. An answer nobody waits for any more keeps memory and a place in the queue.
    public var answerTime = Duration.seconds(60)

    public init() {}

    func check(_ inputs: Inputs) throws(APIError) {
        try check(inputs.texts.map(\.byteCount), InputField())
    }

    func check(_ input: EmbeddingInput) throws(APIError) {
        switch input.inputs {
        case .texts(let texts): try check(texts.map(\.utf8.count), input.field)
        // Their number is bounded like that of all tokens, when they have been cut.
        case .tokens(let lists): try check(lists.map { _ in 0 }, input.field)
        }
    }

    /// - Parameter lengths: bytes of each input.
    private func check(_ lengths: [Int], _ field: InputField) throws(APIError) {
        guard lengths.count <= maximumInputs else { throw .tooManyInputs(lengths.count, maximum: maximumInputs, field) }
        let bytes = lengths.reduce(0, +)
        guard bytes <= maximumTextBytes else { throw .textTooLarge(bytes, maximum: maximumTextBytes, field) }
    }
}
