import CKernels

/// Multi-head scaled dot-product attention (Vaswani et al., arXiv 1706.03762, section 3.2) of one sequence.
public struct SelfAttention {
    let queryKeyValue: Rows
    let context: Rows
    let queries: Int
    let heads: Int
    let headSize: Int

    /// - Parameters:
    ///   - queryKeyValue: the sequence's `[tokens, 3 * heads * headSize]`: all queries, then all keys, then all values.
    ///   - context: `[tokens, heads * headSize]`; only the rows of the queries are written.
    ///   - queries: how many of the first tokens are asked for.
    public init(_ queryKeyValue: Rows, into context: Rows, queries: Int, heads: Int, headSize: Int) {
        precondition(queryKeyValue.columns == 3 * heads * headSize && context.columns == heads * headSize)
        precondition(context.count == queryKeyValue.count && queries >= 0 && queries <= context.count)
        self.queryKeyValue = queryKeyValue
        self.context = context
        self.queries = queries
        self.heads = heads
        self.headSize = headSize
    }

    /// `context = softmax(query · keyᵀ / √headSize) · value` for some of the heads.
    public func run(heads range: Range<Int>, instructionSet: InstructionSet = .preferred, scratch: ProductScratch) {
        run(range, weights: nil, instructionSet.kernels, scratch)
    }

    /// The same for all heads, whose softmax weights are kept.
    /// - Parameters:
    ///   - weights: `[..., queries, tokens]` floats, all of them.
    ///   - starts: for each head where its matrix begins in `weights`; nil where nobody wants it.
    ///   - scratch: one for each member of the team.
    public func run(
        keeping weights: inout [Float], at starts: [Int?], instructionSet: InstructionSet = .preferred, team: ThreadTeam,
        scratch: [ProductScratch]
    ) {
        precondition(starts.count == heads && scratch.count >= team.maximumSize)
        let size = queries * context.count
        precondition(starts.allSatisfy { $0.map { $0 >= 0 && $0 + size <= weights.count } ?? true })
        let kernels = instructionSet.kernels
        weights.withUnsafeMutableBufferPointer { floats in
            let targets: [UnsafeMutablePointer<Float>?] = starts.map { start in start.map { floats.baseAddress! + $0 } }
            targets.withUnsafeBufferPointer { targets in
                team.forEach(heads) { head, member in run(head..<head + 1, weights: targets.baseAddress, kernels, scratch[member]) }
            }
        }
    }

    private func run(
        _ range: Range<Int>, weights: UnsafePointer<UnsafeMutablePointer<Float>?>?, _ kernels: Kernels, _ scratch: ProductScratch
    ) {
        precondition(range.lowerBound >= 0 && range.upperBound <= heads)
        guard queries > 0 else { return }
        defer { withExtendedLifetime((self, scratch)) {} }
        let hiddenSize = heads * headSize
        var call = attendant_attention_heads()
        call.query = UnsafePointer(queryKeyValue.pointer)
        call.key = UnsafePointer(queryKeyValue.pointer + hiddenSize)
        call.value = UnsafePointer(queryKeyValue.pointer + 2 * hiddenSize)
        call.stride = queryKeyValue.stride
        call.tokens = context.count
        call.queries = queries
        call.head_size = headSize
        call.scale = 1 / Float(headSize).squareRoot()
        call.context = context.pointer
        call.context_stride = context.stride
        call.weights = weights
        let floats = scratch.f32(count: attendant_attention_scratch(context.count, headSize))
        kernels.attention(&call, range.lowerBound, range.upperBound, floats)
    }
}
