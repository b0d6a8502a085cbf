import Glibc

/// Cuts CRLF-terminated lines (RFC 9112 §2.1) out of bytes that arrive in any pieces.
///
/// A line that lies whole in the input is named by its range and not copied. One that arrives in pieces is gathered here,
/// and each byte is looked at once, so that byte-by-byte arrival costs linear time.
struct LineReader: Sendable {
    enum Outcome: Equatable {
        /// No line end yet; every byte of the input was taken.
        case needMore
        /// More than the limit came without a line end.
        case tooLong
        /// The line, line end included, is this range of the input.
        case inInput(Range<Int>)
        /// The line, line end included, is in the buffer: `take()` it.
        case buffered
    }

    private var partial: [UInt8] = []

    /// Takes bytes of `input` from `offset` up to and including the next LF.
    ///
    /// - Parameter limit: the most bytes a line may have, its CRLF not counted.
    mutating func next(in input: Span<UInt8>, at offset: inout Int, limit: Int) -> Outcome {
        let start = offset
        let allowed = limit + 2 - partial.count
        let available = input.count - start
        let searched = min(available, allowed)
        let length = input.withUnsafeBufferPointer { bytes -> Int? in
            guard searched > 0, let base = bytes.baseAddress,
                let found = memchr(base + start, Int32(ByteClass.lineFeed), searched)
            else { return nil }
            return UnsafeRawPointer(found) - UnsafeRawPointer(base + start) + 1
        }
        if let length {
            offset = start + length
            if partial.isEmpty { return .inInput(start..<offset) }
            append(input, start..<offset)
            return .buffered
        }
        if available >= allowed { return .tooLong }
        append(input, start..<input.count)
        offset = input.count
        return .needMore
    }

    /// Whether a line has begun and has not ended.
    var isInsideLine: Bool { !partial.isEmpty }

    /// Moves the gathered line out. Hand it back with `giveBack` so that its storage serves again.
    mutating func take() -> [UInt8] {
        var line: [UInt8] = []
        swap(&line, &partial)
        return line
    }

    mutating func giveBack(_ storage: consuming [UInt8]) {
        storage.removeAll(keepingCapacity: true)
        partial = storage
    }

    private mutating func append(_ input: Span<UInt8>, _ range: Range<Int>) {
        input.withUnsafeBufferPointer { partial.append(contentsOf: $0[range]) }
    }
}
