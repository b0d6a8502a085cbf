/// Tokens and their ids, keyed by the tokens' UTF-8 bytes: an open-addressing table whose hash can be built byte by byte,
/// so that all prefixes of a word are hashed in one walk and looked up without copying.
struct Vocabulary: Sendable {
    /// The hash (FNV-1a, 64 bits) of a sequence of bytes on its way.
    struct HashState {
        fileprivate var value: UInt64 = 0xCBF2_9CE4_8422_2325

        mutating func combine(_ byte: UInt8) {
            value = (value ^ UInt64(byte)) &* 0x100_0000_01B3
        }

        /// FNV leaves its high bits poor; this spreads them.
        fileprivate var finalized: UInt64 {
            let folded = (value ^ value >> 32) &* 0x9E37_79B9_7F4A_7C15
            return folded ^ folded >> 29
        }
    }

    /// The tokens one after another.
    private var bytes: [UInt8] = []
    /// Where each token begins in `bytes`; one more element closes the last.
    private var starts: [UInt32] = [0]
    private var ids: [Int32] = []
    /// The high half of a token's hash above its index + 1; 0 is free. At least twice as many as tokens, a power of two.
    private var slots: [UInt64]
    /// Indices of the tokens by rising id; of those with the same id, the last added comes last.
    private var indicesByID: [Int32] = []

    /// - Parameter tokens: a token that repeats keeps the id that comes last.
    init(_ tokens: some Collection<(token: String, id: Int32)>) {
        var capacity = 16
        while capacity < tokens.count * 2 { capacity *= 2 }
        slots = [UInt64](repeating: 0, count: capacity)
        ids.reserveCapacity(tokens.count)
        starts.reserveCapacity(tokens.count + 1)
        for (token, id) in tokens {
            var token = token
            token.withUTF8 { insert($0, id: id) }
        }
        indicesByID = Array(0..<Int32(ids.count))
        let isSorted = zip(ids, ids.dropFirst()).allSatisfy { $0 <= $1 }
        if !isSorted { indicesByID.sort { (ids[Int($0)], $0) < (ids[Int($1)], $1) } }
    }

    private mutating func insert(_ token: UnsafeBufferPointer<UInt8>, id: Int32) {
        var hash = HashState()
        for byte in token { hash.combine(byte) }
        var slot = Int(truncatingIfNeeded: hash.finalized) & (slots.count - 1)
        while slots[slot] != 0 {
            let index = Int(truncatingIfNeeded: slots[slot] & 0xFFFF_FFFF) - 1
            if bytes[byteRange(index)].elementsEqual(token) {
                ids[index] = id
                return
            }
            slot = (slot + 1) & (slots.count - 1)
        }
        bytes.append(contentsOf: token)
        starts.append(UInt32(bytes.count))
        ids.append(id)
        slots[slot] = hash.finalized & ~0xFFFF_FFFF | UInt64(ids.count)
    }

    /// The number of different tokens.
    var count: Int { ids.count }

    /// The id of `prefix` followed by a range of `text`, whose hash is given.
    func id(for hash: HashState, prefix: [UInt8], _ text: [UInt8], _ range: Range<Int>) -> Int32? {
        let hash = hash.finalized
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] != 0 {
            if slots[slot] >> 32 == hash >> 32 {
                let index = Int(truncatingIfNeeded: slots[slot] & 0xFFFF_FFFF) - 1
                if isToken(index, prefix, text, range) { return ids[index] }
            }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    func id(for token: [UInt8]) -> Int32? { id(for: token, 0..<token.count) }

    /// The id of a range of `text`.
    func id(for text: [UInt8], _ range: Range<Int>) -> Int32? {
        var hash = HashState()
        for index in range { hash.combine(text[index]) }
        return id(for: hash, prefix: [], text, range)
    }

    func token(for id: Int32) -> String? {
        var (lower, upper) = (0, indicesByID.count)
        while lower < upper {
            let middle = lower + (upper - lower) / 2
            if ids[Int(indicesByID[middle])] <= id { lower = middle + 1 } else { upper = middle }
        }
        guard lower > 0 else { return nil }
        let index = Int(indicesByID[lower - 1])
        return ids[index] == id ? String(decoding: bytes[byteRange(index)], as: UTF8.self) : nil
    }

    /// The number of bytes of the longest token that begins with `prefix`, the prefix counted; 0 where none does.
    func maximumByteCount(withPrefix prefix: [UInt8]) -> Int {
        var maximum = 0
        for index in ids.indices where bytes[byteRange(index)].starts(with: prefix) {
            maximum = max(maximum, byteRange(index).count)
        }
        return maximum
    }

    private func byteRange(_ index: Int) -> Range<Int> { Int(starts[index])..<Int(starts[index + 1]) }

    private func isToken(_ index: Int, _ prefix: [UInt8], _ text: [UInt8], _ range: Range<Int>) -> Bool {
        var position = Int(starts[index])
        guard Int(starts[index + 1]) - position == prefix.count + range.count else { return false }
        for byte in prefix {
            if bytes[position] != byte { return false }
            position += 1
        }
        for other in range {
            if bytes[position] != text[other] { return false }
            position += 1
        }
        return true
    }
}

extension JSONFields {
    /// The tokens of a vocabulary and their ids, as they are written.
    func vocabulary(_ name: String) throws(TokenizerError) -> [(token: String, id: Int32)] {
        try fields(name).vocabulary()
    }

    /// The tokens and their ids, where the whole object is a vocabulary.
    func vocabulary() throws(TokenizerError) -> [(token: String, id: Int32)] {
        var tokens: [(token: String, id: Int32)] = []
        tokens.reserveCapacity(object.members.count)
        for (token, value) in object.members {
            guard let number = value.intValue, let id = Int32(exactly: number), id >= 0 else {
                throw invalid(token, "expected an id from 0 to \(Int32.max)")
            }
            tokens.append((token, id))
        }
        return tokens
    }
}
