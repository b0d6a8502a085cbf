@testable import Tensors

extension Rows {
    /// Writes one row's floats; only tests have them in an array.
    func setRow(_ row: Int, to values: [Float]) {
        precondition(row >= 0 && row < count && values.count == columns)
        defer { withExtendedLifetime(self) {} }
        values.withUnsafeBufferPointer { (pointer + row * stride).update(from: $0.baseAddress!, count: columns) }
    }
}
