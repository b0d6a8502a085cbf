/// Sequences one after the other, without padding: token t of sequence s is row `starts[s] + t`.
public struct PackedBatch: Sendable {
    public let sequences: [SequenceInput]
    /// Cumulative lengths, one more than there are sequences: the rows of sequence s are `starts[s]..<starts[s + 1]`.
    public let starts: [Int]

    public init(_ sequences: [SequenceInput]) {
        precondition(sequences.allSatisfy { !$0.ids.isEmpty && $0.ids.count == $0.typeIDs.count })
        precondition(sequences.count == 1 || sequences.allSatisfy { $0.part == nil }, "a part of the layers stands alone in its batch")
        self.sequences = sequences
        starts = sequences.reduce(into: [0]) { $0.append($0.last! + $1.ids.count) }
    }

    /// Of its one sequence.
    var part: LayerPart? { sequences.first?.part }

    public var tokenCount: Int { starts.last! }

    func rows(of sequence: Int) -> Range<Int> { starts[sequence]..<starts[sequence + 1] }
}
