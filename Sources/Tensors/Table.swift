/// An immutable `[rows, columns]` matrix that is read by row: an embedding.
///
/// Sendable although its storage is a pointer: nothing writes to it after `init` has returned.
public struct Table: @unchecked Sendable {
    private let storage: AlignedStorage<Float>
    public let rows: Int
    public let columns: Int

    /// `fill` writes all `rows * columns` floats, row-major.
    public init<Failure>(
        rows: Int, columns: Int, fill: (UnsafeMutableBufferPointer<Float>) throws(Failure) -> Void
    ) throws(Failure) {
        storage = AlignedStorage<Float>(count: rows * columns)
        self.rows = rows
        self.columns = columns
        try fill(storage.elements)
    }

    /// A copy of rows that were computed.
    public init(_ rows: Rows) {
        self.init(rows: rows.count, columns: rows.columns) { _ = $0.update(fromContentsOf: rows.values) }
    }

    func row(_ index: Int) -> UnsafePointer<Float> {
        precondition(index >= 0 && index < rows, "row \(index) of a table of \(rows)")
        return UnsafePointer(storage.start + index * columns)
    }
}
