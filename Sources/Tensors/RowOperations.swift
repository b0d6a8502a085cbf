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
        _ row: Int, toNormalizedSum a: (table: Table, row: Int), _ b: (table: Table, row: Int), _ c: (table: Table, row: Int),
        gain: Vector, offset: Vector, epsilon: Float
    ) {
        precondition(row >= 0 && row < count)
        precondition(a.table.columns == columns && b.table.columns == columns && c.table.columns == columns)
        precondition(gain.count == columns && offset.count == columns)
        defer { withExtendedLifetime((self, a, b, c, gain, offset)) {} }
        attendant_embedding(
            pointer + row * stride, a.table.row(a.row), b.table.row(b.row), c.table.row(c.row), columns, gain.pointer,
            offset.pointer, epsilon)
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
