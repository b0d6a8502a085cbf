/// Where to listen.
public enum ListenAddress: Sendable, Hashable {
    /// An IPv4 or IPv6 address or `localhost`, and a port; 0 for any free one.
    case internet(host: String, port: Int)
    /// The path of a socket in the file system; unix(7).
    case unix(path: String)
}

/// The address of a socket.
public struct BoundAddress: Sendable, Hashable, CustomStringConvertible {
    /// The address without brackets or port, such as `127.0.0.1` or `::1`; `unix` for a socket in the file system.
    public var host: String
    public var port: Int
    /// Of a socket in the file system.
    public var path: String?

    public init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// - Parameter path: of a socket in the file system; empty for a client's, which has none.
    public init(path: String) {
        host = "unix"
        port = 0
        self.path = path
    }

    /// `127.0.0.1:8080`, `[::1]:8080`, `unix:/run/attendant.sock`.
    public var description: String {
        if let path { return "unix:\(path)" }
        return host.utf8.contains(0x3A) ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}
