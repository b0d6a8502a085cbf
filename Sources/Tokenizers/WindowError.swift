/// Why texts cannot be encoded in windows of a length.
public enum WindowError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The special tokens alone fill a window, or two texts have to share the room for one token.
    case noRoom(maximumLength: Int, addedTokenCount: Int)
    /// Windows would not get on: each must have more tokens of a text than it repeats. `length` is what it has of that text.
    case strideTooLarge(stride: Int, length: Int)
    /// Of the text to cut nothing would remain: the other one is too long.
    case textTooShort(tokenCount: Int, excess: Int)
    /// The second text is to be cut, and there is none.
    case pairMissing
    case tooManyWindows(maximumCount: Int)

    public var description: String {
        switch self {
        case .noRoom(let maximumLength, let addedTokenCount):
            "\(maximumLength) tokens have no room for the texts beside \(addedTokenCount) special tokens"
        case .strideTooLarge(let stride, let length):
            "the stride is \(stride); expected at least 0, and less than the \(length) tokens of a text that a window has room for"
        case .textTooShort(let tokenCount, let excess):
            "\(excess) tokens are too many, and the text to cut has \(tokenCount); expected it to have more, or the other to have fewer"
        case .pairMissing:
            "the second text is to be cut, but there is only one"
        case .tooManyWindows(let maximumCount):
            "the texts need more than \(maximumCount) windows; expected shorter texts, longer windows, or a smaller stride"
        }
    }
}
