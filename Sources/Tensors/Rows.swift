/// Some rows of a matrix in a workspace, or some columns of those rows: a view without floats of its own.
///
/// It keeps the storage it looks into alive. The checks stand where a view is made, so that a product or a row
/// operation only has to compare shapes.
public struct Rows {
    private let storage: AlignedStorage<Float>
    let pointer: UnsafeMutablePointer<Float>
    public let count: Int
    public let columns: Int
    /// Elements from one row to the next; more than `columns` for a view of some columns.
    public let stride: Int

    private init(_ storage: AlignedStorage<Float>, _ pointer: UnsafeMutablePointer<Float>, count: Int, columns: Int, stride: Int) {
        self.storage = storage
        self.pointer = pointer
        self.count = count
        self.columns = columns
        self.stride = stride
    }

    /// The storage as a matrix, its rows `stride` floats apart.
    init(_ storage: AlignedStorage<Float>, count: Int, columns: Int, stride: Int) {
        precondition(count >= 0 && columns >= 0 && stride >= columns && count * stride <= storage.count)
        self.init(storage, storage.start, count: count, columns: columns, stride: stride)
    }

    public subscript(rows: Range<Int>) -> Rows {
        precondition(rows.lowerBound >= 0 && rows.upperBound <= count, "rows \(rows) of \(count)")
        return Rows(storage, pointer + rows.lowerBound * stride, count: rows.count, columns: columns, stride: stride)
    }

    public subscript(columns range: Range<Int>) -> Rows {
        precondition(range.lowerBound >= 0 && range.upperBound <= columns, "columns \(range) of \(columns)")
        return Rows(storage, pointer + range.lowerBound, count: count, columns: range.count, stride: stride)
    }

    /// One row's floats, copied.
    public func values(row: Int) -> [Float] {
        precondition(row >= 0 && row < count, "row \(row) of \(count)")
        defer { withExtendedLifetime(storage) {} }
        return Array(UnsafeBufferPointer(start: pointer + row * stride, count: columns))
    }

    /// All floats, copied row after row, without what lies between them.
    public var values: [Float] {
        defer { withExtendedLifetime(storage) {} }
        return [Float](unsafeUninitializedCapacity: count * columns) { target, initialized in
            for row in 0..<count { (target.baseAddress! + row * columns).update(from: pointer + row * stride, count: columns) }
            initialized = count * columns
        }
    }
}
