/// A mutable matrix of a workspace, whose storage grows to the largest batch it has met and is reused.
public final class Matrix {
    private let columns: Int
    /// Rows that begin a multiple of 512 bytes apart share a few sets of the first cache, and a product reads fourteen of them at once; a
    /// line more between them spreads them over all.
    private let stride: Int
    private var storage = AlignedStorage<Float>(count: 0)

    public init(columns: Int) {
        precondition(columns >= 0)
        self.columns = columns
        stride = columns > 0 && columns % 128 == 0 ? columns + 16 : columns
    }

    /// The first `count` rows, to be written before they are read. Earlier views share their floats until the matrix
    /// grows, and keep the old ones then.
    public func rows(_ count: Int) -> Rows {
        precondition(count >= 0)
        if count * stride > storage.count {
            storage = AlignedStorage<Float>(count: max(count * stride, storage.count * 3 / 2))
        }
        return Rows(storage, count: count, columns: columns, stride: stride)
    }
}
