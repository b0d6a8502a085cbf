import Tensors

/// The last layer's output, of all tokens or of one for each sequence.
struct LastHiddenStates {
    let rows: Rows
    let readout: Readout

    /// Those of a sequence that something reads: all that there are, or one.
    func rows(of sequence: Int, _ batch: PackedBatch, for wanted: Readout) -> Rows {
        guard readout == .all else { return rows[sequence..<sequence + 1] }
        let tokens = batch.rows(of: sequence), asked = wanted.tokens(of: tokens.count)
        return rows[tokens.lowerBound + asked.lowerBound..<tokens.lowerBound + asked.upperBound]
    }
}

extension EncoderModel {
    func outputs(
        _ batch: PackedBatch, _ last: LastHiddenStates, _ recorded: [AttentionWeights?], _ workspace: EncoderWorkspace, _ team: ThreadTeam
    ) -> [SequenceOutput] {
        var outputs = recorded.map { SequenceOutput(attention: $0) }
        if let part = batch.part {
            if part.continues { outputs[0].state = LayerState(layers: part.end, hiddenStates: last.rows.values) }
            return outputs
        }
        for head in heads {
            let asking = batch.sequences.indices.filter { batch.sequences[$0].head == head.task }
            for (sequence, logits) in zip(asking, logits(head, of: asking, batch, last, workspace, team)) { outputs[sequence].logits = logits }
        }
        let scratch = workspace.members[0].scratch
        for (index, sequence) in batch.sequences.enumerated() {
            if sequence.wantsHiddenStates { outputs[index].hiddenStates = last.rows(of: index, batch, for: .all).values }
            if let request = sequence.embedding {
                let rows = last.rows(of: index, batch, for: embedder.readout(of: request))
                outputs[index].embedding = embedder.embed(rows, tokens: sequence.ids.count, request, in: workspace.heads, scratch: scratch)
            }
        }
        return outputs
    }

    /// Of each of the sequences, `[outputs]` or `[tokens, outputs]`.
    private func logits(
        _ head: Head, of sequences: [Int], _ batch: PackedBatch, _ last: LastHiddenStates, _ workspace: EncoderWorkspace, _ team: ThreadTeam
    ) -> [[Float]] {
        guard !sequences.isEmpty else { return [] }
        let read = sequences.map { last.rows(of: $0, batch, for: head.input.readout) }
        let counts = head.input == .mean ? read.map { _ in 1 } : read.map(\.count)
        let input = workspace.headInput.rows(counts.reduce(0, +))  // [rows, hiddenSize]
        var starts = [0]
        for (rows, count) in zip(read, counts) {
            let start = starts[starts.count - 1]
            if head.input == .mean {
                input.setRow(start, to: Pooling.mean.apply(to: rows, tokens: rows.count))
            } else {
                input[start..<start + count].copy(rows)
            }
            starts.append(start + count)
        }
        let logits = head.forward(input, in: workspace.heads, team: team, scratch: workspace.members[0].scratch)  // [rows, outputs]
        return sequences.indices.map { index in
            var values = logits[starts[index]..<starts[index + 1]].values
            head.ruleOutQuestion(batch.sequences[sequences[index]].ids, &values)
            return values
        }
    }
}
