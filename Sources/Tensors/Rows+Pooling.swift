extension Rows {
    /// `Σ weight(r) self[r]`
    public func weightedSum(_ weight: (Int) -> Float) -> [Float] {
        defer { withExtendedLifetime(self) {} }
        var sum = [Float](repeating: 0, count: columns)
        sum.withUnsafeMutableBufferPointer { sum in
            for row in 0..<count {
                let weight = weight(row), values = pointer + row * stride
                for column in 0..<columns { sum[column] += weight * values[column] }
            }
        }
        return sum
    }

    /// The largest number of each column; of no rows, minus infinity.
    public var columnMaxima: [Float] {
        defer { withExtendedLifetime(self) {} }
        var maxima = [Float](repeating: -.infinity, count: columns)
        maxima.withUnsafeMutableBufferPointer { maxima in
            for row in 0..<count {
                let values = pointer + row * stride
                for column in 0..<columns { maxima[column] = values[column] > maxima[column] || values[column].isNaN ? values[column] : maxima[column] }
            }
        }
        return maxima
    }

    /// `self[r] = values`
    public func setRow(_ row: Int, to values: [Float]) {
        precondition(row >= 0 && row < count && values.count == columns)
        defer { withExtendedLifetime(self) {} }
        values.withUnsafeBufferPointer { (pointer + row * stride).update(from: $0.baseAddress!, count: columns) }
    }
}
