/// Why a listener could not be opened. `description` is one line for the person who started the server.
public enum TransportError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The host is neither an IPv4 nor an IPv6 address, nor `localhost`.
    case invalidAddress(host: String)
    /// The port is not within 0...65535.
    case invalidPort(port: Int)
    /// A socket's path is empty or longer than the operating system allows.
    case invalidPath(path: String, limit: Int)
    /// The path of a socket is taken by a file that is none.
    case notASocket(path: String)
    /// EADDRINUSE.
    case portInUse(address: String)
    /// EACCES, EPERM: ports under 1024 need a privilege.
    case permissionDenied(address: String)
    /// EADDRNOTAVAIL: no interface of this machine has the address.
    case addressNotAvailable(address: String)
    /// Any other failure of the operating system.
    case systemCall(name: String, address: String, errno: Int32)
    /// The server is closed or draining.
    case closed

    public var description: String {
        switch self {
        case .invalidAddress(let host):
            "\(host): not an IPv4 or IPv6 address; use for example 127.0.0.1, 0.0.0.0 or ::1"
        case .invalidPort(let port):
            "\(port): not a port; use 1 to 65535, or 0 for any free one"
        case .invalidPath(let path, let limit):
            "unix:\(path): not a path for a socket; use 1 to \(limit) bytes"
        case .notASocket(let path):
            "unix:\(path): there is a file of this name that is no socket; remove it or use another name"
        case .portInUse(let address):
            "\(address): \(address.hasPrefix("unix:") ? "another server listens there" : "the port is in use")"
        case .permissionDenied(let address):
            "\(address): permission denied\(address.hasPrefix("unix:") ? "" : "; ports under 1024 need a privilege")"
        case .addressNotAvailable(let address):
            "\(address): this machine does not have the address"
        case .systemCall(let name, let address, let number):
            "\(address): \(name) failed: \(SystemCall.message(number))"
        case .closed:
            "the server is closed"
        }
    }
}
