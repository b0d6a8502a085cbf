import CKernels

extension PackedWeights {
    /// What is added to a product, and the function over it, in the same store.
    public struct Epilogue {
        public var bias: Vector?
        /// `[rows, outputs]`, apart from the product.
        public var residual: Rows?
        public var activation: Activation

        public init(bias: Vector? = nil, residual: Rows? = nil, activation: Activation = .identity) {
            self.bias = bias
            self.residual = residual
            self.activation = activation
        }
    }

    /// `product[rows, outputs] = activation(input[rows, inputs] · weightᵀ + bias + residual)`
    /// - Parameters:
    ///   - columns: the outputs that are wanted, nil for all; of the others only those that share a panel with them are written.
    ///   - team: shares the panels.
    ///   - scratch: memory for the input as the product reads it; the team's members share it.
    public func multiply(
        _ input: Rows, into product: Rows, columns: Range<Int>? = nil, _ epilogue: Epilogue = Epilogue(), team: ThreadTeam = .alone,
        scratch: ProductScratch
    ) {
        precondition(input.columns == inputs && product.columns == outputs && input.count == product.count)
        let columns = columns ?? 0..<outputs
        precondition(columns.lowerBound >= 0 && columns.upperBound <= outputs)
        precondition(epilogue.bias.map { $0.count == outputs } ?? true)
        precondition(epilogue.residual.map { $0.columns == outputs && $0.count == product.count } ?? true)
        guard product.count > 0, !columns.isEmpty else { return }
        let wanted = columns.lowerBound / Self.panelColumns..<(columns.upperBound + Self.panelColumns - 1) / Self.panelColumns
        defer { withExtendedLifetime((self, input, product, epilogue, scratch)) {} }
        var call = attendant_product()
        call.rows = input.count
        call.depth = inputs
        call.product = product.pointer
        call.product_stride = product.stride
        call.columns = outputs
        call.bias = epilogue.bias?.pointer
        call.residual = epilogue.residual.map { UnsafePointer($0.pointer) }
        call.residual_stride = epilogue.residual?.stride ?? 0
        call.activation = epilogue.activation.kernel
        call.input = UnsafeRawPointer(input.pointer)
        call.input_stride = input.stride
        switch panels {
        case .openBLAS(let storage):
            multiplyByOpenBLAS(storage, input, product, wanted, epilogue, team)
        case .f32(let storage):
            call.panels = UnsafeRawPointer(storage.start)
            call.panel_stride = inputs * Self.panelColumns
            run(kernels.productF32!, &call, wanted, team)
        case .bf16(let storage):
            let depth = (inputs + 1) / 2 * 2
            call.panels = UnsafeRawPointer(storage.start)
            call.panel_stride = depth * Self.panelColumns
            guard let product = kernels.productBF16 else {
                run(kernels.productWidened, &call, wanted, team)
                return
            }
            let encoded = scratch.bf16(count: input.count * depth)
            input.forEachBlock(team) { rows in
                kernels.encodeBF16(
                    input.pointer + rows.lowerBound * input.stride, rows.count, inputs, input.stride, encoded + rows.lowerBound * depth, depth)
            }
            call.input = UnsafeRawPointer(encoded)
            call.input_stride = depth
            run(product, &call, wanted, team)
        case .int8(let storage, let scales, let sums):
            let depth = (inputs + 3) / 4 * 4
            let encoded = scratch.u8(count: input.count * depth), rowScales = scratch.scales(count: input.count)
            let rowZeros = scratch.zeros(count: input.count)
            input.forEachBlock(team) { rows in
                let first = rows.lowerBound
                kernels.encodeU8(
                    input.pointer + first * input.stride, rows.count, inputs, input.stride, encoded + first * depth, depth,
                    rowScales + first, rowZeros + first)
            }
            call.input = UnsafeRawPointer(encoded)
            call.input_stride = depth
            call.input_scales = UnsafePointer(rowScales)
            call.input_zeros = UnsafePointer(rowZeros)
            call.weight_scales = UnsafePointer(scales.start)
            call.weight_sums = UnsafePointer(sums.start)
            call.panels = UnsafeRawPointer(storage.start)
            call.panel_stride = depth * Self.panelColumns
            run(kernels.productInt8, &call, wanted, team)
        }
    }

    /// Panels in a few shares for each member, so that one who comes late or is held up leaves them to the others; but in long rows of
    /// panels, for the first of a row comes from memory unannounced.
    private func run(_ kernel: Kernels.Product, _ call: inout attendant_product, _ wanted: Range<Int>, _ team: ThreadTeam) {
        let panels = wanted.count, members = team.maximumSize
        let shares = members == 1 ? 1 : min(panels, max(members, min(3 * members, panels / 6)))
        withUnsafePointer(to: &call) { call in
            team.forEach(shares) { share, _ in
                kernel(call, wanted.lowerBound + panels * share / shares, wanted.lowerBound + panels * (share + 1) / shares)
            }
        }
    }

    private func multiplyByOpenBLAS(
        _ storage: AlignedStorage<Float>, _ input: Rows, _ product: Rows, _ wanted: Range<Int>, _ epilogue: Epilogue, _ team: ThreadTeam
    ) {
        let shares = min(wanted.count, team.maximumSize)
        team.forEach(shares) { share, _ in
            let first = (wanted.lowerBound + wanted.count * share / shares) * Self.panelColumns
            let last = min((wanted.lowerBound + wanted.count * (share + 1) / shares) * Self.panelColumns, outputs)
            BLAS.multiply(
                rows: input.count, columns: last - first, depth: inputs, input.pointer, stride: input.stride,
                storage.start + first, stride: outputs, transposed: .no, into: product.pointer + first, stride: product.stride)
        }
        product.finish(epilogue)
    }
}
