import Tensors

/// Multi-head self-attention over packed sequences, each for itself.
struct EncoderAttention: Sendable {
    let queryKeyValue: Linear  // [hiddenSize, 3 * hiddenSize]
    let output: Linear  // [hiddenSize, hiddenSize]
    let form: AttentionForm
    /// Turns queries and keys before they meet.
    var rotary: RotaryTable?
    /// Nil where every query sees all keys that the form's window lets it see.
    var sparsity: (any AttentionSparsity)?

    /// `context[tokens, hiddenSize]` from `queryKeyValue[tokens, 3 * hiddenSize]`.
    /// - Parameters:
    ///   - readout: of each sequence that is not recorded only the context of these tokens is written; where nothing is read out, nor is
    ///     that of the others.
    ///   - recorded: for each sequence, where its weights go if somebody asked for them.
    func forward(
        _ queryKeyValue: Rows, _ batch: PackedBatch, layer: Int, readout: Readout, into context: Rows,
        recorded: inout [AttentionWeights?], team: ThreadTeam, scratch: [ProductScratch]
    ) {
        rotate(queryKeyValue, batch, team)
        var shares: [(attention: SelfAttention, heads: Range<Int>)] = []
        for sequence in batch.sequences.indices {
            let tokens = batch.rows(of: sequence).count
            let selection = recorded[sequence]?.selection
            let isRecorded = selection?.layers.contains(layer) == true
            if isRecorded { recorded[sequence]?.record(layer: layer, queryKeyValue[batch.rows(of: sequence)]) }
            if isRecorded, selection?.parts.contains(.weights) == true {
                recorded[sequence]?.record(layer: layer, heads: form.heads) { values, starts in
                    for part in parts(of: sequence, 0..<tokens, queryKeyValue, batch, context) {
                        part.run(keeping: &values, at: starts, mixes: readout != .none, team: team, scratch: scratch)
                    }
                }
            } else {
                let headsEach = headsOfShare(tokens: tokens, sequences: batch.sequences.count, members: team.maximumSize)
                for part in parts(of: sequence, readout.tokens(of: tokens), queryKeyValue, batch, context) {
                    for first in stride(from: 0, to: form.heads, by: headsEach) {
                        shares.append((part, first..<min(first + headsEach, form.heads)))
                    }
                }
            }
        }
        team.forEach(shares.count) { index, member in
            shares[index].attention.run(heads: shares[index].heads, scratch: scratch[member])
        }
    }

    private func rotate(_ queryKeyValue: Rows, _ batch: PackedBatch, _ team: ThreadTeam) {
        guard let rotary else { return }
        team.forEach(batch.sequences.count) { sequence, _ in
            rotary.rotate(queryKeyValue[batch.rows(of: sequence)][columns: 0..<2 * form.hiddenSize], headSize: form.headSize)
        }
    }

    /// The attention of some of a sequence's tokens, in as many parts as there are different sets of keys.
    private func parts(of sequence: Int, _ queries: Range<Int>, _ queryKeyValue: Rows, _ batch: PackedBatch, _ context: Rows) -> [SelfAttention] {
        let rows = batch.rows(of: sequence), tokens = rows.count
        func part(_ queries: Range<Int>, _ keys: SelfAttention.Keys?) -> SelfAttention {
            SelfAttention(
                queryKeyValue[rows], into: context[rows], queries: queries, keys: keys, form: form, segments: batch.sequences[sequence].typeIDs)
        }
        if let sparsity, let blocks = sparsity.blocks(tokens: tokens) {
            return blocks.compactMap { block in
                let asked = block.queries.clamped(to: queries)
                return asked.isEmpty ? nil : part(asked, block.keys)
            }
        }
        return [part(queries, nil)]
    }

    /// All heads of a sequence at once where there are sequences enough for everybody; long ones, whose cost is quadratic, in parts.
    private func headsOfShare(tokens: Int, sequences: Int, members: Int) -> Int {
        guard members > 1 else { return form.heads }
        let even = form.heads * sequences / (4 * members)
        return max(1, min(form.heads, tokens > 128 ? min(even, 3) : even))
    }
}

/// A rule that lets blocks of queries see some keys only.
protocol AttentionSparsity: Sendable {
    /// Consecutive blocks of all queries, each with its keys; nil where all see all.
    func blocks(tokens: Int) -> [(queries: Range<Int>, keys: SelfAttention.Keys?)]?
}
