import HTTPTypes

/// `x-request-id`: the client's, so that logs on both sides can be joined, or one made here.
enum RequestID {
    /// The client's, if it is short and plain enough to be repeated in headers and logs.
    static func of(_ request: HTTPRequest) -> String? {
        guard let id = request.headerFields[.requestID], (1...128).contains(id.utf8.count),
            id.utf8.allSatisfy({ (0x21...0x7e).contains($0) })
        else { return nil }
        return id
    }

    /// 64 random bits in hexadecimal.
    static func make() -> String {
        let digits = String(UInt64.random(in: .min ... .max), radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
}
