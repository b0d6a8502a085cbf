import Glibc

/// Opens listening sockets.
enum ListeningSocket {
    /// The most connections that wait for `accept`; the kernel lowers it to net.core.somaxconn.
    private static let backlog: Int32 = 4096

    static func open(_ address: ListenAddress) throws(TransportError) -> (descriptor: Int32, address: BoundAddress) {
        let address = try SocketAddress(address)
        let name = address.boundAddress.description
        let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = socket(address.family, type, 0)
        guard descriptor >= 0 else { throw error("socket", name) }
        do throws(TransportError) {
            // A port whose last server's connections are in TIME_WAIT is free for us; socket(7).
            setOption(descriptor, SOL_SOCKET, SO_REUSEADDR)
            // "::" means IPv6 alone on every machine, whatever net.ipv6.bindv6only says; ipv6(7).
            if address.family == AF_INET6 { setOption(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY) }
            if let path = address.boundAddress.path { try removeDeadSocket(path, address) }
            guard address.withPointer({ bind(descriptor, $0, $1) }) == 0 else { throw error("bind", name) }
            guard listen(descriptor, backlog) == 0 else { throw error("listen", name) }
            var bound = SocketAddress()
            guard bound.fill({ getsockname(descriptor, $0, $1) }) == 0 else { throw error("getsockname", name) }
            return (descriptor, bound.boundAddress)
        } catch {
            close(descriptor)
            throw error
        }
    }

    /// A server that was killed leaves its socket's name behind, on which nobody listens; then the name is taken over.
    private static func removeDeadSocket(_ path: String, _ address: SocketAddress) throws(TransportError) {
        var information = stat()
        guard lstat(path, &information) == 0 else { return }
        guard information.st_mode & S_IFMT == S_IFSOCK else { throw .notASocket(path: path) }
        let probe = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0)
        defer { close(probe) }
        // EAGAIN: more clients wait there than fit; ECONNREFUSED alone means that nobody listens; unix(7).
        if address.withPointer({ connect(probe, $0, $1) }) == 0 || errno == EAGAIN { throw .portInUse(address: "unix:\(path)") }
        guard errno == ECONNREFUSED else { throw error("connect", "unix:\(path)") }
        unlink(path)
    }

    /// What a name in the file system stands for: another server may have removed our socket and bound its own.
    struct File: Equatable {
        private var device: dev_t
        private var number: ino_t

        init?(_ path: String) {
            var information = stat()
            guard lstat(path, &information) == 0 else { return nil }
            (device, number) = (information.st_dev, information.st_ino)
        }
    }

    /// Makes a new connection nonblocking, not inherited by child processes, and free of Nagle's delay. (Swift does not import accept4.)
    static func prepareConnection(_ descriptor: Int32) {
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        setOption(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY)
    }

    /// Sets an option to one; a socket without it works all the same.
    static func setOption(_ descriptor: Int32, _ level: Int32, _ option: Int32) {
        var on: Int32 = 1
        setsockopt(descriptor, level, option, &on, socklen_t(MemoryLayout<Int32>.size))
    }

    private static func error(_ call: String, _ address: String) -> TransportError {
        switch errno {
        case EADDRINUSE: .portInUse(address: address)
        case EACCES, EPERM: .permissionDenied(address: address)
        case EADDRNOTAVAIL: .addressNotAvailable(address: address)
        default: .systemCall(name: call, address: address, errno: errno)
        }
    }
}
