/// A text on its way through the normalizers: its present UTF-8 bytes, and for each where it came from.
///
/// One source suffices: no normalizer gives a character a range of the original that is wider than a code point.
struct NormalizedText {
    /// Well-formed UTF-8.
    private(set) var utf8: [UInt8]
    /// For each byte, the index of the code point of the original text that it belongs to. Rising, not strictly.
    /// The complement of an index, which is negative, stands for nothing of the original, before that code point.
    private(set) var sources: [Int32]
    /// Where the text begins in the original.
    private var start: Int32 = 0

    /// An empty text with room for so many bytes.
    init(minimumCapacity: Int = 0) {
        utf8 = []
        sources = []
        utf8.reserveCapacity(minimumCapacity)
        sources.reserveCapacity(minimumCapacity)
    }

    /// A text as it came.
    init(_ text: String) {
        var text = text
        utf8 = text.withUTF8 { [UInt8]($0) }
        sources = [Int32](unsafeUninitializedCapacity: utf8.count) { [utf8] buffer, count in
            var source: Int32 = -1
            for (index, byte) in utf8.enumerated() {
                if !byte.isUTF8Continuation { source += 1 }
                buffer.initializeElement(at: index, to: source)
            }
            count = utf8.count
        }
    }

    /// A part of another text; the sources keep counting in the original.
    init(_ text: NormalizedText, range: Range<Int>) {
        utf8 = Array(text.utf8[range])
        sources = Array(text.sources[range])
        start = range.isEmpty ? text.start : Int32(text.originalRange(of: range).lowerBound)
    }

    var isEmpty: Bool { utf8.isEmpty }

    /// The code points of the original that a range of bytes, not empty, came from.
    func originalRange(of range: Range<Int>) -> Range<Int> {
        let (first, last) = (Int(sources[range.lowerBound]), Int(sources[range.upperBound - 1]))
        return (first < 0 ? ~first : first)..<(last < 0 ? ~last : last + 1)
    }

    /// The source of what is inserted before all of the text: as the reference has it, nothing.
    var sourceBeforeAll: Int32 { ~start }

    /// Takes the content of what a normalizer made of the text.
    mutating func update(to output: NormalizedText) {
        utf8 = output.utf8
        sources = output.sources
    }

    /// Appends a range of another text, with its sources.
    mutating func append(_ text: NormalizedText, _ range: Range<Int>) {
        utf8.append(contentsOf: text.utf8[range])
        sources.append(contentsOf: text.sources[range])
    }

    /// Appends well-formed UTF-8, all of one source.
    mutating func append(contentsOf bytes: some Collection<UInt8>, source: Int32) {
        utf8.append(contentsOf: bytes)
        sources.append(contentsOf: repeatElement(source, count: bytes.count))
    }

    /// Keeps a range of the text alone.
    mutating func trim(to range: Range<Int>) {
        utf8 = Array(utf8[range])
        sources = Array(sources[range])
    }

    /// Appends an ASCII character, or a byte of a longer one.
    mutating func append(byte: UInt8, source: Int32) {
        utf8.append(byte)
        sources.append(source)
    }

    mutating func append(_ scalar: UInt32, source: Int32) {
        if scalar < 0x80 {
            append(byte: UInt8(truncatingIfNeeded: scalar), source: source)
            return
        }
        if scalar < 0x800 {
            append(byte: UInt8(truncatingIfNeeded: 0xC0 | scalar >> 6), source: source)
        } else {
            if scalar < 0x10000 {
                append(byte: UInt8(truncatingIfNeeded: 0xE0 | scalar >> 12), source: source)
            } else {
                append(byte: UInt8(truncatingIfNeeded: 0xF0 | scalar >> 18), source: source)
                append(byte: UInt8(truncatingIfNeeded: 0x80 | scalar >> 12 & 0x3F), source: source)
            }
            append(byte: UInt8(truncatingIfNeeded: 0x80 | scalar >> 6 & 0x3F), source: source)
        }
        append(byte: UInt8(truncatingIfNeeded: 0x80 | scalar & 0x3F), source: source)
    }

    /// Replaces each byte of a text that is all ASCII by what the table of 128 says, dropping those that it maps to `removed`.
    mutating func mapASCII(_ table: [UInt8], removed: UInt8) {
        var end = 0
        for index in utf8.indices {
            let byte = table[Int(utf8[index])]
            utf8[end] = byte
            sources[end] = sources[index]
            if byte != removed { end += 1 }
        }
        utf8.removeSubrange(end...)
        sources.removeSubrange(end...)
    }

    /// Drops the characters that `isKept` is false for.
    mutating func filter(_ isKept: (UInt32) -> Bool) {
        var output = NormalizedText(minimumCapacity: utf8.count)
        var position = 0
        while let scalar = utf8.scalar(at: position) {
            let range = position..<position + scalar.width
            if isKept(scalar.value) { output.append(self, range) }
            position = range.upperBound
        }
        update(to: output)
    }

    var isASCII: Bool { utf8.allSatisfy { $0 < 0x80 } }
}
