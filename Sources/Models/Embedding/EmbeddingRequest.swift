/// What a sequence's embedding is to be.
public struct EmbeddingRequest: Sendable, Equatable {
    /// Nil takes the model's own. Another must give as many numbers as linear layers behind it read.
    public var pooling: Pooling?
    /// To length 1; nil takes the model's own.
    public var normalizes: Bool?

    public init(pooling: Pooling? = nil, normalizes: Bool? = nil) {
        self.pooling = pooling
        self.normalizes = normalizes
    }
}
