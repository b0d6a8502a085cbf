import Glibc
import TestSupport
import Testing

@testable import Transport

@Suite("Sockets of the file system", .timeLimit(.minutes(5)))
struct UnixSocketTests {
    private let loop = EventLoop(label: "test")
    private let folder: TemporaryDirectory
    private var path: String { folder.path + "/socket" }

    init() throws { folder = try TemporaryDirectory() }

    /// A connection to the path; negative where nobody listens.
    private func connection() throws -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        if try SocketAddress(path: path).withPointer({ connect(descriptor, $0, $1) }) == 0 { return descriptor }
        close(descriptor)
        return -1
    }

    @Test("A client is accepted by path, belongs to no network, and the path is gone when close returns")
    func accepts() async throws {
        let listener = try Listener(loop: loop, at: .unix(path: path))
        #expect(listener.address.description == "unix:\(path)")
        let accepted: AcceptedSocket = try await withCheckedThrowingContinuation { continuation in
            listener.start { socket in
                continuation.resume(returning: socket)
                return .proceed
            }
            do { close(try connection()) } catch { continuation.resume(throwing: error) }
        }
        #expect(accepted.peer.host == "unix")
        #expect(accepted.peerNetwork == nil)
        close(accepted.descriptor)
        await listener.close()
        #expect(access(path, F_OK) != 0)
        #expect(try connection() < 0)
    }

    @Test("A socket that a dead server left is taken over; one on which a server listens is not")
    func takesOver() async throws {
        let dead = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        #expect(try SocketAddress(path: path).withPointer { bind(dead, $0, $1) } == 0)
        close(dead)
        let listener = try Listener(loop: loop, at: .unix(path: path))
        let error = #expect(throws: TransportError.self) { try Listener(loop: loop, at: .unix(path: path)) }
        #expect(error?.description == "unix:\(path): another server listens there")
        let client = try connection()
        #expect(client >= 0)
        close(client)
        await listener.close()
    }

    @Test("A file that is no socket is left alone")
    func plainFile() throws {
        try folder.write("text".utf8, to: "socket")
        #expect(throws: TransportError.notASocket(path: path)) { try Listener(loop: loop, at: .unix(path: path)) }
        #expect(access(path, F_OK) == 0)
    }

    @Test("A socket of another kind is left alone")
    func datagrams() throws {
        let other = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        defer { close(other) }
        #expect(try SocketAddress(path: path).withPointer { bind(other, $0, $1) } == 0)
        #expect(throws: TransportError.systemCall(name: "connect", address: "unix:\(path)", errno: EPROTOTYPE)) {
            try Listener(loop: loop, at: .unix(path: path))
        }
        #expect(access(path, F_OK) == 0)
    }

    @Test("A path that meanwhile belongs to another server is left to it")
    func takenMeanwhile() async throws {
        let first = try Listener(loop: loop, at: .unix(path: path))
        unlink(path)
        let second = try Listener(loop: loop, at: .unix(path: path))
        await first.close()
        let client = try connection()
        #expect(client >= 0)
        close(client)
        await second.close()
        #expect(access(path, F_OK) != 0)
    }

    @Test("A path that the operating system cannot take is refused", arguments: ["", String(repeating: "x", count: 108), "a\u{0}b"])
    func invalidPath(path: String) {
        #expect(throws: TransportError.invalidPath(path: path, limit: 107)) { try Listener(loop: loop, at: .unix(path: path)) }
    }

    @Test("A folder that is not there is told")
    func noFolder() {
        let error = #expect(throws: TransportError.self) { try Listener(loop: loop, at: .unix(path: folder.path + "/none/socket")) }
        #expect(error?.description == "unix:\(folder.path)/none/socket: bind failed: No such file or directory")
    }
}

@Suite("The network of a client")
struct PeerNetworkTests {
    @Test(
        "An IPv4 address stands for itself, an IPv6 address for its first 64 bits",
        arguments: [
            ("127.0.0.1", "127.0.0.1"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"), ("2001:db8:1:2::", "2001:db8:1:2::"),
            ("2001:db8:1:3::1", "2001:db8:1:3::"), ("::1", "::"),
        ])
    func network(host: String, network: String) throws {
        #expect(try SocketAddress(host: host, port: 80).network == network)
    }

    @Test("A socket of the file system belongs to none")
    func unix() throws {
        #expect(try SocketAddress(path: "/tmp/socket").network == nil)
    }
}
