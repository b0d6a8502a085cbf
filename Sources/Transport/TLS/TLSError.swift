import COpenSSL

/// Why certificates cannot be used. `description` is one line that names the file.
public struct TLSError: Error, Equatable, Sendable, CustomStringConvertible {
    public let description: String

    init(_ file: String, _ what: String) {
        description = "\(file): \(what)"
    }

    /// What OpenSSL says of its last failures, oldest first; the queue of this thread is empty afterwards.
    static func takeReasons() -> String {
        var reasons: [String] = []
        while true {
            let code = ERR_get_error()
            guard code != 0 else { break }
            if let text = ERR_reason_error_string(code) { reasons.append(String(cString: text)) }
        }
        return reasons.isEmpty ? "unknown error" : reasons.joined(separator: ", ")
    }
}
