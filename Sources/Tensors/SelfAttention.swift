import CKernels

/// Multi-head scaled dot-product attention (Vaswani et al., arXiv 1706.03762, section 3.2) of one sequence, or of some of its queries.
public struct SelfAttention {
    /// Which keys a call's queries see.
    public enum Keys {
        /// Those at consecutive positions.
        case range(Range<Int>)
        /// Those at the positions of an index, rising, each with a number that is added to its scores before they are scaled.
        case picked([Int32], biases: [Float])
    }

    let queryKeyValue: Rows
    let context: Rows
    let queries: Range<Int>
    let keys: Keys
    let form: AttentionForm
    let segments: [Int32]

    private var tokens: Int { queryKeyValue.count }

    /// - Parameters:
    ///   - queryKeyValue: the sequence's `[tokens, 3 * heads * headSize]`: all queries, then all keys, then all values.
    ///   - context: `[tokens, heads * headSize]`; only the rows of the queries are written.
    ///   - queries: whose context is asked for.
    ///   - keys: nil means all.
    ///   - segments: of each token, where the form has segment terms.
    public init(
        _ queryKeyValue: Rows, into context: Rows, queries: Range<Int>, keys: Keys? = nil, form: AttentionForm, segments: [Int32] = []
    ) {
        let tokens = queryKeyValue.count
        precondition(queryKeyValue.columns == 3 * form.hiddenSize && context.columns == form.hiddenSize)
        precondition(context.count == tokens && queries.lowerBound >= 0 && queries.upperBound <= tokens)
        let keys = keys ?? .range(0..<tokens)
        switch keys {
        case .range(let range):
            precondition(range.lowerBound >= 0 && range.upperBound <= tokens && !range.isEmpty)
            precondition(form.relative.map { $0.reaches(tokens) && (!$0.hasSegments || segments.count == tokens) } ?? true)
        case .picked(let rows, let biases):
            precondition(rows.count == biases.count && !rows.isEmpty && form.window == nil && form.relative == nil)
            precondition(rows.allSatisfy { $0 >= 0 && $0 < tokens })
        }
        self.queryKeyValue = queryKeyValue
        self.context = context
        self.queries = queries
        self.keys = keys
        self.form = form
        self.segments = segments
    }

    /// `context = softmax(query · keyᵀ scale) · value` for some of the heads.
    public func run(heads range: Range<Int>, instructionSet: InstructionSet = .preferred, scratch: ProductScratch) {
        run(range, mixes: true, weights: nil, instructionSet.kernels, scratch)
    }

    /// The same for all heads, whose softmax weights are kept.
    /// - Parameters:
    ///   - mixes: whether the context is wanted, too; else heads without a place in `weights` are not computed, nor are values read.
    ///   - weights: `[..., tokens, tokens]` floats, all of them, zero where no query sees a key.
    ///   - starts: for each head where its matrix begins in `weights`; nil where nobody wants it.
    ///   - scratch: one for each member of the team.
    public func run(
        keeping weights: inout [Float], at starts: [Int?], mixes: Bool = true, instructionSet: InstructionSet = .preferred,
        team: ThreadTeam, scratch: [ProductScratch]
    ) {
        precondition(starts.count == form.heads && scratch.count >= team.maximumSize)
        let size = tokens * tokens
        precondition(starts.allSatisfy { $0.map { $0 >= 0 && $0 + size <= weights.count } ?? true })
        let kernels = instructionSet.kernels
        let first = queries.lowerBound * tokens + firstKey
        let heads = starts.indices.filter { mixes || starts[$0] != nil }
        weights.withUnsafeMutableBufferPointer { floats in
            let targets: [UnsafeMutablePointer<Float>?] = starts.map { start in start.map { floats.baseAddress! + $0 + first } }
            targets.withUnsafeBufferPointer { targets in
                team.forEach(heads.count) { index, member in
                    let head = heads[index]
                    run(head..<head + 1, mixes: mixes, weights: targets.baseAddress, kernels, scratch[member])
                }
            }
        }
    }

    private var firstKey: Int {
        if case .range(let range) = keys { range.lowerBound } else { 0 }
    }

    private func run(
        _ range: Range<Int>, mixes: Bool, weights: UnsafePointer<UnsafeMutablePointer<Float>?>?, _ kernels: Kernels, _ scratch: ProductScratch
    ) {
        precondition(range.lowerBound >= 0 && range.upperBound <= form.heads)
        guard !queries.isEmpty else { return }
        defer { withExtendedLifetime((self, scratch)) {} }
        let hiddenSize = form.hiddenSize, stride = queryKeyValue.stride
        var call = attendant_attention_heads()
        call.query = UnsafePointer(queryKeyValue.pointer + queries.lowerBound * stride)
        call.key = UnsafePointer(queryKeyValue.pointer + hiddenSize + firstKey * stride)
        call.value = UnsafePointer(queryKeyValue.pointer + 2 * hiddenSize + firstKey * stride)
        call.stride = stride
        call.queries = queries.count
        call.first_distance = firstKey - queries.lowerBound
        call.window = form.window ?? .max
        call.head_size = form.headSize
        call.scale = form.scale
        call.context = mixes ? context.pointer + queries.lowerBound * context.stride : nil
        call.context_stride = context.stride
        call.weights = weights
        call.weights_stride = tokens
        func compute() {
            let floats = scratch.f32(count: attendant_attention_scratch(&call))
            kernels.attention(&call, range.lowerBound, range.upperBound, floats)
        }
        switch keys {
        case .range(let keys):
            call.tokens = keys.count
            guard let relative = form.relative else { return compute() }
            segments.withUnsafeBufferPointer { segments in
                relative.withTerms { terms in
                    var terms = terms
                    if segments.contains(where: { $0 != segments[0] }) {
                        terms.query_segments = segments.baseAddress! + queries.lowerBound
                        terms.key_segments = segments.baseAddress! + keys.lowerBound
                    } else {
                        terms.segment_difference = nil
                    }
                    withUnsafePointer(to: &terms) { terms in
                        call.relative = terms
                        compute()
                    }
                }
            }
        case .picked(let rows, let biases):
            call.tokens = rows.count
            rows.withUnsafeBufferPointer { rows in
                biases.withUnsafeBufferPointer { biases in
                    call.key_rows = rows.baseAddress
                    call.key_bias = biases.baseAddress
                    compute()
                }
            }
        }
    }
}
