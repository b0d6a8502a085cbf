import OrderedJSON

/// Byte pair encoding: a word begins as its characters, and of all neighbours the pair that was learned first is merged,
/// again and again, until no two neighbours were ever merged. (Sennrich, Haddow and Birch 2016.)
struct BPE: TokenizerModel {
    struct Options {
        /// Stands for characters that are not in the vocabulary. Nil, or not in the vocabulary itself: they are dropped.
        /// In the second case the reference fails at the first of them.
        var unkToken: String?
        /// Before characters that do not begin the word.
        var continuingSubwordPrefix = ""
        /// Behind the character that ends the word.
        var endOfWordSuffix = ""
        /// Unknown characters in a row are one token.
        var fuseUnk = false
        /// Unknown characters become the tokens of their bytes, `<0x00>` to `<0xFF>`, where the vocabulary has all of them.
        var byteFallback = false
        /// A word that is in the vocabulary stays whole.
        var ignoreMerges = false
    }

    private let vocabulary: Vocabulary
    private let merges: MergeTable
    private let options: Options
    private let unknownID: Int32?
    private let byteIDs: ByteFallback?
    /// Characters as they begin a word, go on in it, end it, and are all of it.
    private let firstIDs: CharacterIDs
    private let middleIDs: CharacterIDs
    private let lastIDs: CharacterIDs
    private let onlyIDs: CharacterIDs

    /// Two tokens that become one.
    struct Merge {
        var left: Substring.UTF8View
        var right: Substring.UTF8View
    }

    /// Why merges do not fit a vocabulary.
    struct MergeError: Error {
        /// Of the merge, from 0.
        var index: Int
        var reason: String
    }

    init(
        _ tokens: [(token: String, id: Int32)], merges: [Merge], options: Options
    ) throws(MergeError) {
        vocabulary = Vocabulary(tokens)
        self.merges = MergeTable(try Self.resolve(merges, vocabulary, prefix: options.continuingSubwordPrefix))
        self.options = options
        unknownID = options.unkToken.flatMap { [vocabulary] in vocabulary.id(for: [UInt8]($0.utf8)) }
        byteIDs = options.byteFallback ? ByteFallback { [vocabulary] in vocabulary.id(for: $0) } : nil
        let (prefix, suffix) = (options.continuingSubwordPrefix, options.endOfWordSuffix)
        firstIDs = CharacterIDs(tokens, prefix: "", suffix: "")
        middleIDs = prefix.isEmpty ? firstIDs : CharacterIDs(tokens, prefix: prefix, suffix: "")
        onlyIDs = suffix.isEmpty ? firstIDs : CharacterIDs(tokens, prefix: "", suffix: suffix)
        lastIDs = prefix.isEmpty ? onlyIDs : suffix.isEmpty ? middleIDs : CharacterIDs(tokens, prefix: prefix, suffix: suffix)
    }

    /// The ids of the merges' parts and results. The prefix of the second part is not in the result.
    private static func resolve(
        _ merges: [Merge], _ vocabulary: Vocabulary, prefix: String
    ) throws(MergeError) -> [(left: Int32, right: Int32, id: Int32)] {
        var resolved: [(left: Int32, right: Int32, id: Int32)] = []
        resolved.reserveCapacity(merges.count)
        var parts: [UInt8] = []
        for (index, merge) in merges.enumerated() {
            func id(_ range: Range<Int>) throws(MergeError) -> Int32 {
                guard let id = vocabulary.id(for: parts, range) else {
                    throw MergeError(index: index, reason: "\"\(String(decoding: parts[range], as: UTF8.self))\" is not in the vocabulary")
                }
                return id
            }
            parts.removeAll(keepingCapacity: true)
            parts.append(contentsOf: merge.left)
            let leftEnd = parts.count
            parts.append(contentsOf: merge.right)
            guard parts.count - leftEnd >= prefix.utf8.count else {
                throw MergeError(index: index, reason: "\"\(Substring(merge.right))\" is shorter than the prefix \"\(prefix)\"")
            }
            let (left, right) = (try id(0..<leftEnd), try id(leftEnd..<parts.count))
            parts.removeSubrange(leftEnd..<leftEnd + prefix.utf8.count)
            resolved.append((left, right, try id(0..<parts.count)))
        }
        return resolved
    }

    var vocabularySize: Int { vocabulary.count }

    func id(for token: [UInt8]) -> Int32? { vocabulary.id(for: token) }

    func token(for id: Int32) -> String? { vocabulary.token(for: id) }

    func tokenize(_ text: NormalizedText, word: Range<Int>, into tokens: inout TokenSequence) {
        if options.ignoreMerges, let id = vocabulary.id(for: text.utf8, word) {
            tokens.append(id: id, offsets: text.originalRange(of: word))
            return
        }
        withUnsafeTemporaryAllocation(of: MergingWord.Symbol.self, capacity: word.count) { symbols in
            withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 2 * word.count) { queue in
                var merging = MergingWord(symbols: symbols, queue: queue)
                appendCharacters(of: text.utf8, word, to: &merging)
                merging.mergeAll(merges)
                // Where characters were dropped, what follows moves up to their places, as in the reference.
                var position = word.lowerBound
                merging.forEach { id, byteCount in
                    tokens.append(id: id, offsets: text.originalRange(of: position..<position + byteCount))
                    position += byteCount
                }
            }
        }
    }

    private func appendCharacters(of utf8: [UInt8], _ word: Range<Int>, to merging: inout MergingWord) {
        var unknownByteCount = 0
        var position = word.lowerBound
        while position < word.upperBound, let scalar = utf8.scalar(at: position) {
            let start = position
            position += scalar.width
            let isFirst = start == word.lowerBound
            let isLast = position == word.upperBound
            let ids = isFirst ? (isLast ? onlyIDs : firstIDs) : (isLast ? lastIDs : middleIDs)
            if let id = ids[scalar.value] {
                appendUnknown(&unknownByteCount, to: &merging)
                merging.append(id: id, byteCount: scalar.width)
            } else if let byteIDs, byteIDs.covers(utf8, start..<position) {
                // An unknown character before them comes behind them, as in the reference.
                for byte in utf8[start..<position] { merging.append(id: byteIDs[byte], byteCount: 1) }
            } else {
                if !options.fuseUnk { appendUnknown(&unknownByteCount, to: &merging) }
                unknownByteCount += scalar.width
            }
        }
        appendUnknown(&unknownByteCount, to: &merging)
    }

    private func appendUnknown(_ byteCount: inout Int, to merging: inout MergingWord) {
        if byteCount > 0, let unknownID { merging.append(id: unknownID, byteCount: byteCount) }
        byteCount = 0
    }
}

extension BPE.Merge {
    /// A line of merges.txt: two tokens with one space between; nil for any other.
    init?(_ line: Substring) {
        let parts = line.utf8.split(separator: 0x20, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        self.init(left: parts[0], right: parts[1])
    }
}
