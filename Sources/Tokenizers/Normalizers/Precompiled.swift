/// SentencePiece's normalization rules (Kudo and Richardson 2018), compiled into a trie of what is replaced by what.
///
/// As in the reference, a grapheme cluster of up to five bytes is looked up as a whole, and is replaced where anything that it begins
/// with is in the trie. Longer ones, and those not found, go character by character.
struct Precompiled: Normalizer {
    private let charsmap: PrecompiledCharsmap
    /// The characters of ASCII that stay as they are, whatever character of ASCII comes behind.
    private let unchangedASCII: [Bool]

    private static let maximumClusterByteCount = 5

    init(_ fields: JSONFields) throws(TokenizerError) {
        let name = "precompiled_charsmap"
        guard let bytes = Base64.decode(try fields.string(name)) else { throw fields.invalid(name, "expected base64") }
        do throws(PrecompiledCharsmap.ParsingError) {
            charsmap = try PrecompiledCharsmap(bytes)
        } catch {
            throw fields.invalid(name, error.description)
        }
        // With CR LF, a carriage return is in a cluster of two.
        unchangedASCII = (0..<0x80).map { [charsmap] byte in
            [[byte], [byte, 0x0A]].allSatisfy { charsmap.replacement(of: $0[...]) == nil }
        }
    }

    func normalize(_ text: inout NormalizedText) {
        if text.utf8.allSatisfy({ $0 < 0x80 && unchangedASCII[Int($0)] }) { return }
        var changes: [ScalarChange] = []
        changes.reserveCapacity(text.utf8.count)
        var isModified = false
        func replace(_ range: Range<Int>) -> Bool {
            guard let replacement = charsmap.replacement(of: text.utf8[range]) else { return false }
            isModified = true
            append(replacement, for: text.utf8[range], to: &changes)
            return true
        }
        var position = 0
        while position < text.utf8.count {
            let end = text.utf8.graphemeClusterEnd(from: position)
            if end - position > Self.maximumClusterByteCount || !replace(position..<end) {
                while position < end, let scalar = text.utf8.scalar(at: position) {
                    if !replace(position..<position + scalar.width) { changes.append(ScalarChange(scalar: scalar.value, change: 0)) }
                    position += scalar.width
                }
            }
            position = end
        }
        if isModified { text.apply(changes) }
    }

    /// What is more than in the part that is replaced was inserted; what is less was removed behind the last character so far.
    private func append(_ replacement: ArraySlice<UInt8>, for part: ArraySlice<UInt8>, to changes: inout [ScalarChange]) {
        let excess = replacement.scalarCount - part.scalarCount
        for scalar in String(decoding: replacement, as: UTF8.self).unicodeScalars {
            changes.append(ScalarChange(scalar: scalar.value, change: 0))
        }
        if excess > 0 {
            for index in changes.indices.suffix(excess) { changes[index].change = 1 }
        } else if let last = changes.indices.last {
            changes[last].change += excess
        }
    }
}

/// A character of a normalized text, in terms of the one before.
struct ScalarChange {
    var scalar: UInt32
    /// 1 for one that was inserted, 0 for one that stands for a character of the text before,
    /// minus the number of those that were removed behind it otherwise.
    var change: Int
}

extension NormalizedText {
    /// Replaces the content, with the sources as the reference counts them: characters that were not inserted take the next ones.
    mutating func apply(_ changes: [ScalarChange]) {
        var output = NormalizedText(minimumCapacity: utf8.count)
        var position = 0
        for change in changes {
            if change.change > 0 || position == utf8.count {
                output.append(change.scalar, source: position > 0 ? sources[position - 1] : sourceBeforeAll)
                continue
            }
            output.append(change.scalar, source: sources[position])
            for _ in 0...(-change.change) { position += utf8.scalar(at: position)?.width ?? 0 }
        }
        update(to: output)
    }
}

extension ArraySlice<UInt8> {
    /// The number of code points, of well-formed UTF-8.
    fileprivate var scalarCount: Int { reduce(0) { $1.isUTF8Continuation ? $0 : $0 + 1 } }
}
