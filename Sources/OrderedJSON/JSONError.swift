/// Why a text is not JSON, and where.
public struct JSONError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What was wrong, as a phrase: `expected ',' or '}'`.
    public var reason: String
    /// The byte at which the text stops being JSON, from 0.
    public var byteOffset: Int
    /// The line of that byte, from 1.
    public var line: Int

    public init(reason: String, byteOffset: Int, line: Int) {
        self.reason = reason
        self.byteOffset = byteOffset
        self.line = line
    }

    public var description: String { "\(reason) at byte \(byteOffset) (line \(line))" }
}
