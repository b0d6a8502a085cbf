import Checkpoints
import Glibc
import Tensors

/// Distances in buckets, as T5 has them (Raffel et al., arXiv 1910.10683, section 2.1): one each for the near ones, then wider and wider.
enum RelativeBuckets {
    static let count = 32
    private static let maximumDistance: Float = 128

    /// Half of the buckets are for keys behind the query.
    /// - Parameter distance: the key's position less the query's.
    static func bucket(_ distance: Int) -> Int {
        let half = count / 2, exact = half / 2, steps = abs(distance)
        let start = distance > 0 ? half : 0
        if steps < exact { return start + steps }
        // In binary32, as the reference has it: the edges of the buckets depend on it.
        let scaled = logf(Float(steps) / Float(exact)) / Float(log(Double(maximumDistance) / Double(exact))) * Float(half - exact)
        return start + min(half - 1, exact + Int(scaled))
    }

    /// `[heads, 2 * positions - 1]` from `[buckets, heads]`: what is added to a scaled score, for a score that is still to be scaled.
    static func bias(_ tensor: StoredTensor, heads: Int, headSize: Int, positions: Int) throws(CheckpointError) -> Table {
        let buckets = try tensor.floats(), scale = Float(headSize).squareRoot()
        return Table(rows: heads, columns: 2 * positions - 1) { target in
            for column in 0..<2 * positions - 1 {
                let bucket = bucket(column - positions + 1)
                for head in 0..<heads { target[head * (2 * positions - 1) + column] = buckets[bucket * heads + head] * scale }
            }
        }
    }
}
