import CKernels

/// Sums over one head's matrix of attention weights that take a vectorised logarithm.
public struct WeightSums: Sendable, Equatable {
    /// `Σ -w ln w` in nats; a weight of 0 adds 0.
    public let entropy: Double
    /// `Σ w |query - key|` in tokens.
    public let distance: Double

    /// Of the matrix `[tokens, tokens]`, from query to key, whose floats begin at `start`.
    public init(_ weights: [Float], at start: Int, tokens: Int) {
        precondition(start >= 0 && tokens >= 0 && start + tokens * tokens <= weights.count)
        var entropy = 0.0, distance = 0.0
        weights.withUnsafeBufferPointer { weights in
            guard let first = weights.baseAddress else { return }
            attendant_weight_sums(first + start, tokens, tokens, &entropy, &distance)
        }
        self.entropy = entropy
        self.distance = distance
    }
}
