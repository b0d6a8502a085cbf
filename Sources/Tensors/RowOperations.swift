import CKernels

extension [Float] {
    /// Whether no element is infinite or NaN.
    public var isFinite: Bool { attendant_all_finite(self, count) == 1 }
}

/// What a forward pass does to rows; each operation reads and writes its rows once.
///
/// The kernels get pointers, which keep nothing alive, so each operation holds on to its operands until it returns.
extension Rows {
    /// `self[r] = activation(self[r] + bias)`
    public func add(_ bias: Vector, then activation: Activation = .identity) {
        precondition(bias.count == columns)
        defer { withExtendedLifetime((self, bias)) {} }
        attendant_bias_activation(pointer, count, columns, stride, bias.pointer, activation.kernel)
    }

    /// `self[r] = LayerNorm(self[r] + bias + residual[r])` (Ba, Kiros and Hinton, arXiv 1607.06450)
    public func layerNorm(
        adding bias: Vector? = nil, residual: Rows? = nil, gain: Vector, offset: Vector, epsilon: Float
    ) {
        precondition(gain.count == columns && offset.count == columns && bias.map { $0.count == columns } ?? true)
        precondition(residual.map { $0.columns == columns && $0.count == count } ?? true)
        defer { withExtendedLifetime((self, bias, residual, gain, offset)) {} }
        attendant_layer_norm(
            pointer, count, columns, stride, bias?.pointer, residual.map { UnsafePointer($0.pointer) },
            residual?.stride ?? 0, gain.pointer, offset.pointer, epsilon)
    }

    /// `self[r] = softmax(scale · self[r])`
    public func softmax(scale: Float) {
        defer { withExtendedLifetime(self) {} }
        attendant_softmax(pointer, count, columns, stride, scale)
    }

    /// `self[r] = a[i] + b[j] + c[k]`, the sum of three embeddings.
    public func setRow(_ row: Int, sum a: (table: Table, row: Int), _ b: (table: Table, row: Int), _ c: (table: Table, row: Int)) {
        precondition(row >= 0 && row < count)
        precondition(a.table.columns == columns && b.table.columns == columns && c.table.columns == columns)
        defer { withExtendedLifetime((self, a, b, c)) {} }
        attendant_add3(pointer + row * stride, a.table.row(a.row), b.table.row(b.row), c.table.row(c.row), columns)
    }

    /// `self[r] = source[r]`
    public func setRow(_ row: Int, to source: Rows, row sourceRow: Int) {
        precondition(row >= 0 && row < count && sourceRow >= 0 && sourceRow < source.count && source.columns == columns)
        defer { withExtendedLifetime((self, source)) {} }
        (pointer + row * stride).update(from: source.pointer + sourceRow * source.stride, count: columns)
    }

    /// `self[m,n] = a[m,k] · b[n,k]ᵀ`
    public func setProduct(_ a: Rows, transposed b: Rows) {
        precondition(a.columns == b.columns && count == a.count && columns == b.count)
        defer { withExtendedLifetime((self, a, b)) {} }
        BLAS.multiply(
            rows: count, columns: columns, depth: a.columns, a.pointer, stride: a.stride,
            b.pointer, stride: b.stride, transposed: .yes, into: pointer, stride: stride)
    }

    /// `self[m,n] = a[m,k] · b[k,n]`
    public func setProduct(_ a: Rows, _ b: Rows) {
        precondition(a.columns == b.count && count == a.count && columns == b.columns)
        defer { withExtendedLifetime((self, a, b)) {} }
        BLAS.multiply(
            rows: count, columns: columns, depth: a.columns, a.pointer, stride: a.stride,
            b.pointer, stride: b.stride, transposed: .no, into: pointer, stride: stride)
    }
}
