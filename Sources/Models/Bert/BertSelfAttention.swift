import Tensors

/// Multi-head self-attention over packed sequences, each for itself.
struct BertSelfAttention: Sendable {
    let heads: Int
    let headSize: Int

    /// `context[tokens, hiddenSize]` from `queryKeyValue[tokens, 3 * hiddenSize]`.
    /// - Parameters:
    ///   - firstTokensOnly: of each sequence that is not recorded only the first token's context is written.
    ///   - recorded: for each sequence, where its weights go if somebody asked for them.
    func forward(
        _ queryKeyValue: Rows, _ batch: PackedBatch, layer: Int, firstTokensOnly: Bool, into context: Rows,
        recorded: inout [AttentionWeights?], team: ThreadTeam, scratch: [ProductScratch]
    ) {
        func attention(_ sequence: Int, queries: Int) -> SelfAttention {
            let rows = batch.rows(of: sequence)
            return SelfAttention(queryKeyValue[rows], into: context[rows], queries: queries, heads: heads, headSize: headSize)
        }
        var shares: [(attention: SelfAttention, heads: Range<Int>)] = []
        for sequence in batch.sequences.indices {
            let tokens = batch.rows(of: sequence).count
            if recorded[sequence]?.selection.layers.contains(layer) == true {
                recorded[sequence]?.record(layer: layer, heads: heads) { values, starts in
                    attention(sequence, queries: tokens).run(keeping: &values, at: starts, team: team, scratch: scratch)
                }
            } else {
                let attention = attention(sequence, queries: firstTokensOnly ? 1 : tokens)
                let headsEach = headsOfShare(tokens: tokens, sequences: batch.sequences.count, members: team.maximumSize)
                for first in stride(from: 0, to: heads, by: headsEach) {
                    shares.append((attention, first..<min(first + headsEach, heads)))
                }
            }
        }
        team.forEach(shares.count) { index, member in
            shares[index].attention.run(heads: shares[index].heads, scratch: scratch[member])
        }
    }

    /// All heads of a sequence at once where there are sequences enough for everybody; long ones, whose cost is quadratic, in parts.
    private func headsOfShare(tokens: Int, sequences: Int, members: Int) -> Int {
        guard members > 1 else { return heads }
        let even = heads * sequences / (4 * members)
        return max(1, min(heads, tokens > 128 ? min(even, 3) : even))
    }
}
