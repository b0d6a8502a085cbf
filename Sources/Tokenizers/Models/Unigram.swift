/// A unigram language model: of all ways to cut a word into pieces, the one whose scores, logarithms of probabilities, add up to
/// most. (Kudo 2018; the search is Viterbi's.) Takes time proportional to the text, and at most the longest piece at each place.
struct Unigram: TokenizerModel {
    /// The pieces one after another.
    private let bytes: [UInt8]
    /// Where each piece begins in `bytes`; one more element closes the last.
    private let starts: [Int32]
    private let scores: [Double]
    private let trie: PieceTrie
    /// Stands for characters that no piece covers. Nil: they are dropped. The reference fails at the first of them.
    private let unknownID: Int32?
    /// An unknown character costs 10 more than the worst piece.
    private let unknownScore: Double
    private let byteIDs: ByteFallback?

    /// - Parameters:
    ///   - pieces: an id each, from 0.
    ///   - unknownID: one of them.
    init(_ pieces: [(piece: String, score: Double)], unknownID: Int32?, byteFallback: Bool) {
        var bytes: [UInt8] = []
        var starts: [Int32] = [0]
        bytes.reserveCapacity(pieces.reduce(0) { $0 + $1.piece.utf8.count })
        starts.reserveCapacity(pieces.count + 1)
        for (piece, _) in pieces {
            bytes.append(contentsOf: piece.utf8)
            starts.append(Int32(clamping: bytes.count))
        }
        self.bytes = bytes
        self.starts = starts
        scores = pieces.map(\.score)
        let trie = PieceTrie(bytes: bytes, starts: starts)
        self.trie = trie
        self.unknownID = unknownID
        unknownScore = (scores.min() ?? .infinity) - 10
        byteIDs = byteFallback ? ByteFallback { trie.id(for: $0, 0..<$0.count) } : nil
    }

    var vocabularySize: Int { scores.count }

    func id(for token: [UInt8]) -> Int32? { trie.id(for: token, 0..<token.count) }

    func token(for id: Int32) -> String? {
        guard scores.indices.contains(Int(id)) else { return nil }
        return String(decoding: bytes[Int(starts[Int(id)])..<Int(starts[Int(id) + 1])], as: UTF8.self)
    }

    // MARK: Search

    /// The best way to a place of the word.
    private struct Node {
        var score = 0.0
        /// Where the last piece on the way begins; -1 where no way is known yet.
        var start: Int32 = -1
        /// The last piece; -1 for an unknown character.
        var id: Int32 = -1

        /// Takes another way where it is better. Of equal ones the first stays, the one with the longest last piece.
        mutating func improve(score other: Double, start: Int32, id: Int32) {
            guard self.start < 0 || other > score else { return }
            self = Node(score: other, start: start, id: id)
        }
    }

    func tokenize(_ text: NormalizedText, word: Range<Int>, into tokens: inout TokenSequence) {
        let tokensBefore = tokens.count
        withUnsafeTemporaryAllocation(of: Node.self, capacity: word.count + 1) { nodes in
            nodes.initialize(repeating: Node())
            search(text.utf8, word, nodes)
            appendBackwards(nodes, text, word, to: &tokens)
        }
        tokens.reverse(from: tokensBefore)
    }

    /// Finds the best way to each place of the word, from its beginning on.
    private func search(_ utf8: [UInt8], _ word: Range<Int>, _ nodes: UnsafeMutableBufferPointer<Node>) {
        var position = word.lowerBound
        while position < word.upperBound {
            let start = position - word.lowerBound
            let score = nodes[start].score
            let characterEnd = position + utf8.scalarWidth(at: position)
            var hasCharacter = false
            var node = PieceTrie.root
            var end = position
            while end < word.upperBound, let child = trie.child(of: node, utf8[end]) {
                node = child
                end += 1
                guard let id = trie.id(at: node) else { continue }
                nodes[end - word.lowerBound].improve(
                    score: scores[Int(id)] + score, start: Int32(truncatingIfNeeded: start), id: id)
                if end == characterEnd { hasCharacter = true }
            }
            if !hasCharacter {
                nodes[characterEnd - word.lowerBound].improve(
                    score: unknownScore + score, start: Int32(truncatingIfNeeded: start), id: -1)
            }
            position = characterEnd
        }
    }

    /// Appends the tokens on the best way to the end, the last one first.
    private func appendBackwards(
        _ nodes: UnsafeMutableBufferPointer<Node>, _ text: NormalizedText, _ word: Range<Int>, to tokens: inout TokenSequence
    ) {
        var end = word.count
        while end > 0 {
            var start = Int(nodes[end].start)
            let id = nodes[end].id
            guard isUnknown(id) else {
                tokens.append(id: id, offsets: text.originalRange(of: word.lowerBound + start..<word.lowerBound + end))
                end = start
                continue
            }
            while start > 0, isUnknown(nodes[start].id) { start = Int(nodes[start].start) }
            appendUnknown(text, word.lowerBound + start..<word.lowerBound + end, to: &tokens)
            end = start
        }
    }

    private func isUnknown(_ id: Int32) -> Bool { id < 0 || id == unknownID }

    /// Appends what stands for unknown characters in a row: the piece that they happen to be, or the tokens of their bytes,
    /// the last one first, or the unknown token.
    private func appendUnknown(_ text: NormalizedText, _ range: Range<Int>, to tokens: inout TokenSequence) {
        let offsets = text.originalRange(of: range)
        if let id = trie.id(for: text.utf8, range) {
            tokens.append(id: id, offsets: offsets)
        } else if let byteIDs, byteIDs.covers(text.utf8, range) {
            for byte in text.utf8[range].reversed() { tokens.append(id: byteIDs[byte], offsets: offsets) }
        } else if let unknownID {
            tokens.append(id: unknownID, offsets: offsets)
        }
    }
}

extension Unigram {
    /// The model that tokenizer.json describes.
    ///
    /// - Throws: `TokenizerError` for a vocabulary that is not pairs of a piece and its score, and an unknown piece outside it.
    init(_ fields: JSONFields) throws(TokenizerError) {
        var pieces: [(piece: String, score: Double)] = []
        let values = try fields.array("vocab")
        pieces.reserveCapacity(values.count)
        for (index, value) in values.enumerated() {
            guard let pair = value.arrayValue, pair.count == 2, let piece = pair[0].stringValue, let score = pair[1].doubleValue else {
                throw fields.invalid("vocab[\(index)]", "expected a piece and its score, such as [\"▁the\", -3.5]")
            }
            pieces.append((piece, score))
        }
        var unknownID: Int32?
        if fields["unk_id"]?.isNull == false {
            let id = try fields.id("unk_id")
            guard id < pieces.count else {
                throw fields.invalid("unk_id", "expected an index of the vocabulary's \(pieces.count) pieces, found \(id)")
            }
            unknownID = id
        }
        let byteFallback = fields["byte_fallback"] == nil ? false : try fields.bool("byte_fallback")
        self.init(pieces, unknownID: unknownID, byteFallback: byteFallback)
    }
}
