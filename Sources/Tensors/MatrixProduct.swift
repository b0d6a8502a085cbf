/// Products of plain arrays, for what is computed beside a model's forward pass.
public enum MatrixProduct {
    /// `a · b`, a matrix `[rows, columns]`, on this thread.
    /// - Parameters:
    ///   - a: `[rows, depth]`, row after row.
    ///   - b: `[depth, columns]`
    public static func multiply(_ a: [Float], _ b: [Float], rows: Int, depth: Int, columns: Int) -> [Float] {
        precondition(rows >= 0 && depth >= 0 && columns >= 0)
        precondition(a.count == rows * depth && b.count == depth * columns, "\(a.count) and \(b.count) floats")
        guard rows > 0 && depth > 0 && columns > 0 else { return [Float](repeating: 0, count: rows * columns) }
        return [Float](unsafeUninitializedCapacity: rows * columns) { product, initialized in
            a.withUnsafeBufferPointer { a in
                b.withUnsafeBufferPointer { b in
                    BLAS.multiply(
                        rows: rows, columns: columns, depth: depth, a.baseAddress!, stride: depth, b.baseAddress!, stride: columns,
                        transposed: .no, into: product.baseAddress!, stride: columns)
                }
            }
            initialized = rows * columns
        }
    }
}
