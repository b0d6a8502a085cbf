/// A mutable matrix of a workspace, whose storage grows to the largest batch it has met and is reused.
public final class Matrix {
    private let columns: Int
    private var storage = AlignedStorage<Float>(count: 0)

    public init(columns: Int) {
        self.columns = columns
    }

    /// The first `count` rows, to be written before they are read. Earlier views share their floats until the matrix
    /// grows, and keep the old ones then.
    public func rows(_ count: Int) -> Rows { reshaped(rows: count, columns: columns) }

    /// The same storage as a matrix of other proportions.
    public func reshaped(rows count: Int, columns: Int) -> Rows {
        precondition(count >= 0 && columns >= 0)
        if count * columns > storage.count {
            storage = AlignedStorage<Float>(count: max(count * columns, storage.count * 3 / 2))
        }
        return Rows(storage, count: count, columns: columns)
    }
}
