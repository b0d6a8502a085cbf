/// What a layer's attention computes, apart from its weights.
public struct AttentionForm: Sendable {
    public let heads: Int
    public let headSize: Int
    /// Of the scores, before the softmax; `1 / √headSize` unless the family says otherwise.
    public let scale: Float
    /// Keys farther away than that have no weight; nil where all have one.
    public let window: Int?
    /// What the distance between query and key adds.
    public let relative: RelativeAttention?

    public var hiddenSize: Int { heads * headSize }

    public init(heads: Int, headSize: Int, scale: Float? = nil, window: Int? = nil, relative: RelativeAttention? = nil) {
        self.heads = heads
        self.headSize = headSize
        self.scale = scale ?? 1 / Float(headSize).squareRoot()
        self.window = window
        self.relative = relative
    }
}
