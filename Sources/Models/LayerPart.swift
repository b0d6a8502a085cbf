/// Where a forward pass stands between two layers.
public struct LayerState: Sendable {
    /// Layers that were computed; 0 behind the embeddings.
    public let layers: Int
    /// `[tokens, hiddenSize]`: what the embeddings or the last of those layers put out. Behind the last layer of all, it went through the
    /// normalisation that some encoders have there.
    public let hiddenStates: [Float]
}

/// Some of the layers of a forward pass, for those who look at a model layer by layer. It stands alone in its batch.
public struct LayerPart: Sendable {
    /// Where to go on; nil begins with the embeddings.
    public var start: LayerState?
    /// How many layers are computed when it ends: as many as at the start, or more, of what the model has.
    public var end: Int
    /// Whether the state at the end is wanted; without, only so much of the last layer is computed as its attention weights take.
    public var continues: Bool

    public init(from start: LayerState?, through end: Int, continues: Bool) {
        self.start = start
        self.end = end
        self.continues = continues
    }
}
