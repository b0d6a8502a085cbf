/// The versions of HTTP that a connection may speak, by the names that TLS negotiates (RFC 7301 §6, RFC 9113 §3.1).
public enum ApplicationProtocol: String, Sendable, CaseIterable {
    case http2 = "h2"
    case http1 = "http/1.1"
}
