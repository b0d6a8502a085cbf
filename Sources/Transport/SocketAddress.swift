import Glibc

/// An address in the operating system's form: IPv4, IPv6, or of a socket in the file system.
struct SocketAddress {
    private var storage = sockaddr_storage()
    private(set) var length = socklen_t(MemoryLayout<sockaddr_storage>.size)

    /// An address to be filled in by a call.
    init() {}

    /// - Parameter host: an IPv4 or IPv6 address, brackets allowed, or `localhost`.
    init(host: String, port: Int) throws(TransportError) {
        guard let port = in_port_t(exactly: port) else { throw .invalidPort(port: port) }
        let bare = host.first == "[" && host.last == "]" ? String(host.dropFirst().dropLast()) : host
        let name = bare == "localhost" ? "127.0.0.1" : bare
        var four = sockaddr_in()
        var six = sockaddr_in6()
        if inet_pton(AF_INET, name, &four.sin_addr) == 1 {
            four.sin_family = sa_family_t(AF_INET)
            four.sin_port = port.bigEndian
            store(four)
        } else if inet_pton(AF_INET6, name, &six.sin6_addr) == 1 {
            six.sin6_family = sa_family_t(AF_INET6)
            six.sin6_port = port.bigEndian
            store(six)
        } else {
            throw .invalidAddress(host: host)
        }
    }

    /// - Parameter path: of a socket in the file system.
    init(path: String) throws(TransportError) {
        var unix = sockaddr_un()
        unix.sun_family = sa_family_t(AF_UNIX)
        // One byte stays for the zero at the end; unix(7).
        let room = MemoryLayout.size(ofValue: unix.sun_path) - 1
        guard !path.isEmpty, path.utf8.count <= room, !path.utf8.contains(0) else { throw .invalidPath(path: path, limit: room) }
        withUnsafeMutableBytes(of: &unix.sun_path) { $0.copyBytes(from: path.utf8) }
        store(unix)
    }

    init(_ address: ListenAddress) throws(TransportError) {
        switch address {
        case .internet(let host, let port): try self.init(host: host, port: port)
        case .unix(let path): try self.init(path: path)
        }
    }

    var family: Int32 { Int32(storage.ss_family) }

    /// Calls with the address as the operating system reads it.
    func withPointer<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        withUnsafePointer(to: storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, length) }
        }
    }

    /// Calls with room for an address that the operating system writes.
    mutating func fill<Result>(_ body: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Result) -> Result {
        length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, &length) }
        }
    }

    /// Host and port as text, or the path.
    var boundAddress: BoundAddress {
        withUnsafePointer(to: storage) { pointer in
            switch family {
            case AF_INET:
                pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { address in
                    var host = address.pointee.sin_addr
                    return BoundAddress(host: Self.text(AF_INET, &host), port: Int(in_port_t(bigEndian: address.pointee.sin_port)))
                }
            case AF_INET6:
                pointer.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { address in
                    var host = address.pointee.sin6_addr
                    return BoundAddress(host: Self.text(AF_INET6, &host), port: Int(in_port_t(bigEndian: address.pointee.sin6_port)))
                }
            default:
                // A client's socket has no path, and the kernel gives the family alone.
                pointer.withMemoryRebound(to: sockaddr_un.self, capacity: 1) { address in
                    withUnsafeBytes(of: address.pointee.sun_path) { bytes in
                        let hasPath = Int(length) > MemoryLayout<sa_family_t>.size
                        return BoundAddress(path: hasPath ? String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self) : "")
                    }
                }
            }
        }
    }

    /// See `AcceptedSocket.peerNetwork`.
    var network: String? {
        switch family {
        case AF_INET: return boundAddress.host
        case AF_INET6:
            return withUnsafePointer(to: storage) { pointer in
                pointer.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { address in
                    var host = address.pointee.sin6_addr
                    withUnsafeMutableBytes(of: &host) { bytes in
                        for index in 8..<16 { bytes[index] = 0 }
                    }
                    return Self.text(AF_INET6, &host)
                }
            }
        default: return nil
        }
    }

    private static func text(_ family: Int32, _ address: UnsafeRawPointer) -> String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(INET6_ADDRSTRLEN)) { buffer in
            guard let base = buffer.baseAddress, inet_ntop(family, address, base, socklen_t(buffer.count)) != nil else { return "" }
            return String(cString: base)
        }
    }

    private mutating func store<Address>(_ address: Address) {
        withUnsafeMutableBytes(of: &storage) { target in
            withUnsafeBytes(of: address) { target.copyMemory(from: $0) }
        }
        length = socklen_t(MemoryLayout<Address>.size)
    }
}
