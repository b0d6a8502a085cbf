/// What one request may ask for, beside the threat each bound is for. The server's own limits are in `HTTPServer.Limits`.
public struct RequestLimits: Sendable {
    /// One client that fills the queue for all others.
    public var maximumInputs = 1024
    /// An answer nobody waits for any more keeps memory and a place in the queue.
    public var answerTime = Duration.seconds(60)

    public init() {}

    func check(_ inputs: Inputs) throws(APIError) {
        guard inputs.texts.count <= maximumInputs else {
            throw .tooManyInputs(inputs.texts.count, maximum: maximumInputs)
        }
    }
}
