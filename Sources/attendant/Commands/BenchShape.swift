import Models

/// The lengths of the sequences of one pass.
struct BenchShape {
    let name: String
    let lengths: [Int]

    /// Lognormal around 24 with a sigma of 0.8, clipped to 4 ... 256: like the texts that people classify.
    private static let ragged = [
        24, 14, 51, 9, 33, 70, 18, 12, 27, 41, 6, 22, 120, 30, 16, 11, 58, 24, 8, 37, 20, 256, 13, 47, 26, 5, 19, 88, 29, 15, 10, 4,
    ]

    /// - Throws: `CommandFailure` for a text that names no shape.
    init(_ text: String) throws {
        name = text
        let factors = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
        if text == "ragged" {
            lengths = Self.ragged
        } else if factors.count == 2, let count = factors[0], let tokens = factors[1] {
            lengths = Array(repeating: tokens, count: max(0, min(count, 1 << 16)))
        } else {
            lengths = text.split(separator: "+", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
        }
        guard !lengths.isEmpty, lengths.allSatisfy({ $0 > 0 && $0 < 1 << 20 }) else {
            throw CommandFailure("'\(text)' is no shape; write 8x128, or lengths such as 12+24+30, or ragged")
        }
    }

    var tokens: Int { lengths.reduce(0, +) }

    /// Sequences of these lengths, their tokens spread over the vocabulary.
    func batch(vocabularySize: Int) -> PackedBatch {
        var id = 0
        return PackedBatch(lengths.map { length in
            let ids = (0..<length).map { _ in
                id = (id + 7919) % vocabularySize
                return Int32(id)
            }
            return SequenceInput(ids: ids, typeIDs: Array(repeating: 0, count: length), wantsHiddenStates: true)
        })
    }

    /// Of the linear layers, two for each multiply-add.
    func operations(_ summary: ModelSummary) -> Double {
        2 * Double(tokens) * Double(summary.layerProductSize * summary.layers)
    }
}
