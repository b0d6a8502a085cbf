import COpenSSL

/// A client that speaks plain HTTP where TLS is spoken: OpenSSL recognizes it by its first bytes.
enum PlainHTTP {
    /// Whether the last failure of this thread was such a client.
    static var isLastFailure: Bool {
        let code = ERR_peek_last_error()
        return ERR_GET_LIB(code) == ERR_LIB_SSL && ERR_GET_REASON(code) == SSL_R_HTTP_REQUEST
    }

    /// What it can read, in place of an alert, which it could not.
    static let answer: [UInt8] = {
        let text = "This port speaks TLS; use https.\n"
        let head = "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\n"
        return Array("\(head)Content-Length: \(text.utf8.count)\r\n\r\n\(text)".utf8)
    }()
}
