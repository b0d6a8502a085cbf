/// Finds byte patterns in a text, leftmost first and of those the longest, without overlap, as an Aho-Corasick automaton
/// with leftmost-longest matches does.
///
/// The patterns lie sorted, so that those which begin with the bytes read so far are one range of them,
/// narrowed byte by byte. A step costs the logarithm of their number, and a position at most the longest pattern.
struct PatternMatcher: Sendable {
    private let patterns: [[UInt8]]
    private let values: [Int]
    /// For each first byte, where its patterns begin; one more element closes the last range.
    private let starts: [Int]

    struct Match {
        var value: Int
        var range: Range<Int>
    }

    /// `patterns` may repeat: the last of equal ones counts. Empty ones match nowhere; the reference fails on them.
    init(_ patterns: [(bytes: [UInt8], value: Int)]) {
        let sorted = patterns.filter { !$0.bytes.isEmpty }.enumerated().sorted { left, right in
            left.element.bytes == right.element.bytes
                ? left.offset < right.offset : left.element.bytes.lexicographicallyPrecedes(right.element.bytes)
        }
        var bytes: [[UInt8]] = []
        var values: [Int] = []
        for (_, pattern) in sorted {
            if bytes.last == pattern.bytes {
                values[values.count - 1] = pattern.value
            } else {
                bytes.append(pattern.bytes)
                values.append(pattern.value)
            }
        }
        self.patterns = bytes
        self.values = values
        var starts = [Int](repeating: 0, count: 257)
        for pattern in bytes { starts[Int(pattern[0]) + 1] += 1 }
        for byte in 0..<256 { starts[byte + 1] += starts[byte] }
        self.starts = starts
    }

    var isEmpty: Bool { patterns.isEmpty }

    /// The first match that begins at `position` or later.
    func firstMatch(in text: [UInt8], from position: Int) -> Match? {
        var position = position
        while position < text.count {
            if starts[Int(text[position])] < starts[Int(text[position]) + 1], let match = match(in: text, at: position) {
                return match
            }
            position += 1
        }
        return nil
    }

    /// The longest pattern that begins exactly at `position`.
    private func match(in text: [UInt8], at position: Int) -> Match? {
        var candidates = starts[Int(text[position])]..<starts[Int(text[position]) + 1]
        var depth = 1
        var longest: Match?
        while !candidates.isEmpty {
            // A pattern that ends here sorts before those that go on.
            if patterns[candidates.lowerBound].count == depth {
                longest = Match(value: values[candidates.lowerBound], range: position..<position + depth)
                candidates = candidates.dropFirst()
            }
            guard position + depth < text.count else { break }
            candidates = narrow(candidates, depth: depth, to: text[position + depth])
            depth += 1
        }
        return longest
    }

    /// Those of the candidates, all longer than `depth`, whose byte at `depth` is `byte`.
    private func narrow(_ candidates: Range<Int>, depth: Int, to byte: UInt8) -> Range<Int> {
        func firstIndex(from lowerBound: Int, where isBehind: (UInt8) -> Bool) -> Int {
            var range = lowerBound..<candidates.upperBound
            while !range.isEmpty {
                let middle = range.lowerBound + range.count / 2
                range = isBehind(patterns[middle][depth]) ? range.lowerBound..<middle : middle + 1..<range.upperBound
            }
            return range.lowerBound
        }
        let lower = firstIndex(from: candidates.lowerBound) { $0 >= byte }
        return lower..<firstIndex(from: lower) { $0 > byte }
    }
}
