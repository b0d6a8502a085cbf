/// Which thread turns which text into tokens: a pure value.
///
/// What takes microseconds is done where the request is. The rest goes to threads of its own, in pieces, and requests take
/// turns, so that none waits for all of another. A text can't be cut, so one thread never takes those that last.
public struct TokenizerPolicy: Sendable, Equatable {
    /// Bytes of a request that is tokenized by the thread that brings it: some 50 µs. Moving it would cost 5 to 50.
    public var inlineBytes = 4 << 10
    /// Bytes of texts that a thread takes at a time.
    public var pieceBytes = 16 << 10
    /// From here on a text is a long one: it lasts for milliseconds.
    public var longTextBytes = 64 << 10
    /// Bytes that may wait; beyond that a request is refused at once.
    public var queueBytes = 256 << 20

    public init() {}

    /// How many threads there are: at least two, so that one is left for short texts.
    public static func threads(workers: Int) -> Int { max(2, workers) }

    /// How many of the texts that are next in a request a thread takes.
    /// - Parameters:
    ///   - lengths: bytes of UTF-8 of each.
    ///   - freeForLong: whether the thread may take a long one.
    /// - Returns: 0 when the next is a long one and must wait.
    func piece(_ lengths: some Sequence<Int>, freeForLong: Bool) -> Int {
        var count = 0, bytes = 0
        for length in lengths {
            if length >= longTextBytes { return count == 0 && freeForLong ? 1 : count }
            guard count == 0 || bytes + length <= pieceBytes else { break }
            count += 1
            bytes += length
        }
        return count
    }
}
