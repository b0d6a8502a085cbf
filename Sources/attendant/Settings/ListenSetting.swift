import HTTPServer

/// An address to listen on, as a person writes it.
struct ListenSetting: Equatable, Sendable {
    var address: ListenAddress
    /// Nil means: by TLS where there are certificates.
    var isSecure: Bool?

    init(address: ListenAddress, isSecure: Bool? = nil) {
        self.address = address
        self.isSecure = isSecure
    }

    /// `http://HOST:PORT`, `https://HOST:PORT`, `HOST:PORT`, or `unix:PATH`.
    /// - Throws: `SettingsError`.
    init(_ text: String) throws(SettingsError) {
        if text.hasPrefix("unix:") {
            let path = String(text.dropFirst(5))
            guard !path.isEmpty else { throw Self.malformed(text) }
            self.init(address: .unix(path: path), isSecure: false)
            return
        }
        var rest = text[...]
        var isSecure: Bool?
        for (scheme, secure) in [("http://", false), ("https://", true)] where rest.hasPrefix(scheme) {
            rest = rest.dropFirst(scheme.count)
            isSecure = secure
        }
        // The last colon: those of an IPv6 address stand in brackets.
        guard let colon = rest.lastIndex(of: ":"), let port = Int(rest[rest.index(after: colon)...]), (0...65535).contains(port) else {
            throw Self.malformed(text)
        }
        let host = rest[..<colon]
        guard !host.isEmpty, !host.contains(":") || (host.first == "[" && host.last == "]") else { throw Self.malformed(text) }
        self.init(address: .internet(host: String(host), port: port), isSecure: isSecure)
    }

    private static func malformed(_ text: String) -> SettingsError {
        SettingsError("'\(text)' is no address to listen on; write for example http://127.0.0.1:8080, https://[::1]:8443 or unix:/run/attendant.sock")
    }
}
