import HTTPCore

/// The parts of a request target (RFC 9112 §3.2.1).
struct RequestTarget {
    private var rawPath: Substring
    /// What follows the first `?`.
    var query: String?

    init(_ target: String) {
        guard let mark = target.utf8.firstIndex(of: 0x3F) else {
            rawPath = target[...]
            return
        }
        rawPath = target[..<mark]
        query = String(target[target.utf8.index(after: mark)...])
    }

    /// The path percent-decoded; nil where it cannot be.
    var decodedPath: String? { PercentEncoding.decode(rawPath) }
}
