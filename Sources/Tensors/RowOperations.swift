import CKernels

extension [Float] {
    /// Whether no element is infinite or NaN.
    public var isFinite: Bool { attendant_all_finite(self, count) == 1 }
}

/// What a forward pass does to rows; each operation reads and writes its rows once.
///
/// The kernels get pointers, which keep nothing alive, so each operation holds on to its operands until it returns.
extension Rows {
    /// `self[r] = LayerNorm(self[r])` (Ba, Kiros and Hinton, arXiv 1607.06450)
    public func layerNorm(gain: Vector, offset: Vector, epsilon: Float, team: ThreadTeam = .alone) {
        precondition(gain.count == columns && offset.count == columns)
        defer { withExtendedLifetime((self, gain, offset)) {} }
        forEachBlock(team) { rows in
            attendant_layer_norm(
                pointer + rows.lowerBound * stride, rows.count, columns, stride, gain.pointer, offset.pointer, epsilon)
        }
    }

    /// The rows in a block for each member of the team; in one where they are done sooner than shared.
    func forEachBlock(_ team: ThreadTeam, _ body: (Range<Int>) -> Void) {
        let blocks = count * columns < 8192 ? 1 : Swift.min(count, team.maximumSize)
        team.forEach(blocks) { block, _ in body(count * block / blocks..<count * (block + 1) / blocks) }
    }

    /// `self[r] = LayerNorm(a[i] + b[j] + c[k])`: an embedding and its normalisation.
    public func setRow(
        _ row: Int, toNormalizedSum a: (table: Table, row: Int), _ b: (table: Table, row: Int)?, _ c: (table: Table, row: Int)?,
        gain: Vector, offset: Vector, epsilon: Float
    ) {
        precondition(row >= 0 && row < count)
        precondition([a, b, c].allSatisfy { $0.map { $0.table.columns == columns } ?? true })
        precondition(gain.count == columns && offset.count == columns)
        defer { withExtendedLifetime((self, a, b, c, gain, offset)) {} }
        attendant_embedding(
            pointer + row * stride, a.table.row(a.row), b.map { $0.table.row($0.row) }, c.map { $0.table.row($0.row) }, columns,
            gain.pointer, offset.pointer, epsilon)
    }

    /// `self[r] = a[i] + b[j] + c[k]`: an embedding without normalisation.
    public func setRow(_ row: Int, toSum a: (table: Table, row: Int), _ b: (table: Table, row: Int)?, _ c: (table: Table, row: Int)?) {
        precondition(row >= 0 && row < count)
        precondition([a, b, c].allSatisfy { $0.map { $0.table.columns == columns } ?? true })
        defer { withExtendedLifetime((self, a, b, c)) {} }
        let target = pointer + row * stride
        target.update(from: a.table.row(a.row), count: columns)
        for case let (table, index)? in [b, c] {
            let added = table.row(index)
            for column in 0..<columns { target[column] += added[column] }
        }
    }

    /// `self = source`, all rows.
    public func copy(_ source: Rows) {
        precondition(source.count == count && source.columns == columns)
        for row in 0..<count { setRow(row, to: source, row: row) }
    }

    /// All rows, one after the other in an array of as many floats.
    public func set(_ values: [Float]) {
        precondition(values.count == count * columns)
        values.withUnsafeBufferPointer { values in
            for row in 0..<count { (pointer + row * stride).update(from: values.baseAddress! + row * columns, count: columns) }
        }
    }

    /// `self += other`
    public func add(_ other: Rows) {
        precondition(other.count == count && other.columns == columns)
        defer { withExtendedLifetime((self, other)) {} }
        for row in 0..<count {
            let target = pointer + row * stride, added = other.pointer + row * other.stride
            for column in 0..<columns { target[column] += added[column] }
        }
    }

    /// `self = 0`
    public func clear() {
        defer { withExtendedLifetime(self) {} }
        for row in 0..<count { (pointer + row * stride).update(repeating: 0, count: columns) }
    }

    /// A gated linear unit (Shazeer, arXiv 2002.05202), in place: of `[rows, 2 * width]` one half goes through the activation and is multiplied
    /// with the other. The first half holds the result.
    public func gate(activatesFirst: Bool, _ activation: Activation, team: ThreadTeam = .alone) {
        precondition(columns % 2 == 0)
        defer { withExtendedLifetime(self) {} }
        let width = columns / 2
        forEachBlock(team) { rows in
            attendant_gate(
                pointer + rows.lowerBound * stride, rows.count, width, stride, activatesFirst ? 0 : width, activatesFirst ? width : 0,
                activation.kernel)
        }
    }

    /// `self[r] = source[r]`
    public func setRow(_ row: Int, to source: Rows, row sourceRow: Int) {
        precondition(row >= 0 && row < count && sourceRow >= 0 && sourceRow < source.count && source.columns == columns)
        defer { withExtendedLifetime((self, source)) {} }
        (pointer + row * stride).update(from: source.pointer + sourceRow * source.stride, count: columns)
    }

    /// What a product's store does, where the product could not.
    func finish(_ epilogue: PackedWeights.Epilogue) {
        defer { withExtendedLifetime((self, epilogue)) {} }
        if let residual = epilogue.residual {
            for row in 0..<count {
                for column in 0..<columns { pointer[row * stride + column] += residual.pointer[row * residual.stride + column] }
            }
        }
        guard epilogue.bias != nil || epilogue.activation != .identity else { return }
        let bias = epilogue.bias ?? Vector([Float](repeating: 0, count: columns))
        attendant_bias_activation(pointer, count, columns, stride, bias.pointer, epilogue.activation.kernel)
    }
}
