import Dispatch
import Glibc
import HTTPTypes
import Testing

@testable import HTTPServer

/// A client that speaks bytes over a blocking socket; every wait ends after a minute: other tests may keep the pool busy.
final class TestClient {
    let descriptor: Int32

    convenience init(port: Int, receiveBuffer: Int32? = nil) throws {
        self.init(family: AF_INET)
        if var size = receiveBuffer { setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size)) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        try connect(to: address)
    }

    /// A client of a socket in the file system.
    convenience init(path: String) throws {
        self.init(family: AF_UNIX)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        try connect(to: address)
    }

    private init(family: Int32) {
        descriptor = socket(family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var timeout = timeval(tv_sec: 60, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
    }

    private func connect<Address>(to address: Address) throws {
        let result = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<Address>.size)) }
        }
        // `deinit` closes the socket also when the initializer throws; closing it twice could close a file that another test just opened.
        guard result == 0 else { throw ClientError.connect(errno) }
    }

    enum ClientError: Error { case connect(Int32) }

    deinit { close(descriptor) }

    func send(_ text: String) { send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return }
            sent += count
        }
    }

    func endWriting() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Closes with a reset.
    func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        // Another file takes the number over, which closes the socket; `deinit` closes that file.
        let other = open("/dev/null", O_RDONLY | O_CLOEXEC)
        dup2(other, descriptor)
        close(other)
    }

    /// At most `count` bytes; empty at the end of the stream, nil for a reset or a timeout.
    func receive(_ count: Int = 65536) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: count)
        let received = recv(descriptor, &buffer, count, 0)
        return received < 0 ? nil : Array(buffer[..<received])
    }

    /// Everything until the end; nil if it does not come in order.
    func receiveAll() -> String? {
        var all: [UInt8] = []
        while let bytes = receive() {
            if bytes.isEmpty { return String(decoding: all, as: UTF8.self) }
            all += bytes
        }
        return nil
    }

    /// Reads until `text` has come, as often as `times`.
    func receive(until text: String, times: Int = 1) -> String {
        var all: [UInt8] = []
        while String(decoding: all, as: UTF8.self).ranges(of: text).count < times {
            guard let bytes = receive(), !bytes.isEmpty else { break }
            all += bytes
        }
        return String(decoding: all, as: UTF8.self)
    }

    /// The body of the next response, which must state its length.
    func response() -> (status: Int, head: String, body: String)? {
        var all: [UInt8] = []
        while true {
            if let end = Self.endOfHead(all) {
                let head = String(decoding: all[..<end], as: UTF8.self)
                let status = Int(head.dropFirst(9).prefix(3)) ?? 0
                let length = head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("content-length: ") }.flatMap { Int($0.dropFirst(16)) } ?? 0
                while all.count < end + length {
                    guard let bytes = receive(end + length - all.count), !bytes.isEmpty else { return nil }
                    all += bytes
                }
                return (status, head, String(decoding: all[end...], as: UTF8.self))
            }
            guard let byte = receive(1), !byte.isEmpty else { return nil }
            all += byte
        }
    }

    private static func endOfHead(_ bytes: [UInt8]) -> Int? {
        bytes.count >= 4 && bytes.suffix(4) == [13, 10, 13, 10] ? bytes.count : nil
    }
}

/// Runs blocking code on a thread that is not one of the tasks'.
func blocking<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
        DispatchQueue(label: "client").async { continuation.resume(with: Swift.Result { try body() }) }
    }
}

extension Limits {
    /// Timeouts that no test meets by waiting for its turn on a busy machine; those who test a timeout set it.
    static var patient: Limits {
        var limits = Limits()
        limits.handshakeTimeout = .seconds(600)
        limits.headerReadTimeout = .seconds(600)
        limits.bodyReadTimeout = .seconds(600)
        limits.idleTimeout = .seconds(600)
        limits.writeTimeout = .seconds(600)
        return limits
    }
}

/// A handler whose every answer is a task's.
typealias AsyncHandler = @Sendable (ServerRequest) async -> ServerResponse

extension HTTPServerConfiguration {
    init(
        limits: Limits = Limits(), eventLoops: Int = 2, handler: @escaping AsyncHandler, onAccess: (@Sendable (AccessRecord) -> Void)? = nil
    ) {
        self.init(limits: limits, eventLoops: eventLoops, handler: { request in .later { await handler(request) } }, onAccess: onAccess)
    }
}

/// Runs `body` with the port of a server, and drains it afterwards.
func withServer(
    limits: Limits = .patient, loops: Int = 2, onAccess: (@Sendable (AccessRecord) -> Void)? = nil, handler: @escaping AsyncHandler = testHandler,
    _ body: (HTTPServer, Int) async throws -> Void
) async throws {
    let server = HTTPServer(
        configuration: HTTPServerConfiguration(limits: limits, eventLoops: loops, handler: handler, onAccess: onAccess))
    let address = try server.listen(at: .internet(host: "127.0.0.1", port: 0))
    do {
        try await body(server, address.port)
    } catch {
        await server.drain(gracePeriod: .zero)
        throw error
    }
    await server.drain(gracePeriod: .zero)
    #expect(server.openConnections == 0)
}

/// Answers with the method, the path and the body; `/async...` after a change of thread, `/stream` in pieces.
@Sendable func testHandler(_ request: ServerRequest) async -> ServerResponse {
    if request.path.hasPrefix("/async") { await Task.yield() }
    if request.path == "/stream" {
        return ServerResponse(status: .ok, body: .stream { writer in
            for index in 0..<3 { try await writer.write(Array("part \(index)\n".utf8)) }
        })
    }
    if request.path == "/broken" {
        return ServerResponse(status: .ok, body: .stream { writer in
            try await writer.write(Array("begin".utf8))
            throw CancellationError()
        })
    }
    let text = "\(request.head.method.rawValue) \(request.path) " + String(decoding: request.body, as: UTF8.self)
    return ServerResponse(status: .ok, headerFields: [.contentType: "text/plain"], body: .bytes(Array(text.utf8)))
}

/// A value that can be waited for, a minute at most.
actor Signal<Value: Sendable> {
    struct DidNotCome: Error {}

    private var values: [Value] = []
    private var waiters: [(id: Int, continuation: CheckedContinuation<Value, any Error>)] = []
    private var lastID = 0

    func send(_ value: Value) {
        if waiters.isEmpty { values.append(value) } else { waiters.removeFirst().continuation.resume(returning: value) }
    }

    func next() async throws -> Value {
        if !values.isEmpty { return values.removeFirst() }
        lastID += 1
        let id = lastID
        let deadline = Task {
            try await Task.sleep(for: .seconds(60))
            expire(id)
        }
        defer { deadline.cancel() }
        return try await withCheckedThrowingContinuation { waiters.append((id, $0)) }
    }

    private func expire(_ id: Int) {
        guard let index = waiters.firstIndex(where: { $0.id == id }) else { return }
        waiters.remove(at: index).continuation.resume(throwing: DidNotCome())
    }

    nonisolated func post(_ value: Value) { Task { await send(value) } }
}
