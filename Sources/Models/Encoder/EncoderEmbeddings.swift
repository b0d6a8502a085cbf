import Checkpoints
import Tensors

/// From token ids to the first hidden states: a sum of embeddings, normalised, and in some families projected to the width of the layers.
struct EncoderEmbeddings: Sendable {
    /// Which row of the position embeddings a token takes.
    enum Positions: Sendable {
        /// 0, 1, 2 and so on.
        case fromZero
        /// RoBERTa's: counted from the padding token's id + 1; a padding token in the text has that id as its position, and is not counted.
        case behind(paddingID: Int32)
    }

    let wordEmbeddings: Table  // [vocabSize, embeddingSize]
    var positionEmbeddings: Table?  // [positions, embeddingSize]
    var positions = Positions.fromZero
    var tokenTypeEmbeddings: Table?  // [typeVocabSize, embeddingSize]
    /// In place of segments, for sequences that say their tokens' languages.
    var languageEmbeddings: Table?  // [languages, embeddingSize]
    var norm: LayerNorm?
    /// From embeddingSize to hiddenSize.
    var projection: Linear?
    /// Whether `norm` comes behind `projection`, as in DeBERTa, or before it.
    var projectsFirst = false

    /// Bytes in memory.
    var byteCount: Int {
        let tables = [wordEmbeddings, positionEmbeddings, tokenTypeEmbeddings, languageEmbeddings].compactMap(\.self)
        return tables.reduce(projection?.weight.byteCount ?? 0) { $0 + $1.rows * $1.columns * MemoryLayout<Float>.stride }
    }

    var embeddingSize: Int { wordEmbeddings.columns }

    /// `hidden[tokens, hiddenSize]`
    /// - Parameter embedded: `[tokens, embeddingSize]`, written where there is a projection.
    func embed(_ batch: PackedBatch, into hidden: Rows, embedded: Rows?, team: ThreadTeam, scratch: ProductScratch) {
        let target = embedded ?? hidden
        let normFirst = projectsFirst && projection != nil ? nil : norm
        team.forEach(batch.sequences.count) { index, _ in
            let sequence = batch.sequences[index], start = batch.starts[index]
            var counted = 0
            for (token, id) in sequence.ids.enumerated() {
                let word = (wordEmbeddings, Int(id))
                let position = positionEmbeddings.map { ($0, row(token, id, &counted)) }
                var type = tokenTypeEmbeddings.map { ($0, Int(sequence.typeIDs[token])) }
                if let languageEmbeddings, let languages = sequence.languageIDs { type = (languageEmbeddings, Int(languages[token])) }
                if let normFirst {
                    target.setRow(
                        start + token, toNormalizedSum: word, position, type, gain: normFirst.gain, offset: normFirst.offset,
                        epsilon: normFirst.epsilon)
                } else {
                    target.setRow(start + token, toSum: word, position, type)
                }
            }
        }
        guard let projection else { return }
        projection.multiply(target, into: hidden, team: team, scratch: scratch)
        if projectsFirst { norm?.apply(to: hidden, team: team) }
    }

    private func row(_ token: Int, _ id: Int32, _ counted: inout Int) -> Int {
        switch positions {
        case .fromZero: return token
        case .behind(let paddingID):
            if id == paddingID { return Int(paddingID) }
            counted += 1
            return Int(paddingID) + counted
        }
    }
}
