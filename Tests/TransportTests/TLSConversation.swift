import Glibc
import TLSTestSupport

@testable import Transport

/// The stream under test and OpenSSL's client with a pair of sockets between them. All of it happens on the stream's loop, step by step, so
/// that a test decides which bytes are there when.
actor TLSConversation {
    private nonisolated let loop = EventLoop(label: "conversation")
    let stream: TLSStream
    let client: TLSClient
    /// The client's end.
    nonisolated let peer: Int32
    private(set) var received: [UInt8] = []
    /// What the stream's last reads answered.
    private(set) var outcomes: [ReadOutcome] = []
    private(set) var timesReadable = 0
    private(set) var timesWritable = 0

    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    /// - Parameter socketBytes: the room for bytes that the client has not read.
    init(
        _ context: TLSContext, _ settings: TLSClient.Settings = TLSClient.Settings(), resuming session: sending TLSClient.Session? = nil,
        socketBytes: Int32? = nil
    ) {
        var pair: [Int32] = [0, 0]
        socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0, &pair)
        if var size = socketBytes { setsockopt(pair[0], SOL_SOCKET, SO_SNDBUF, &size, socklen_t(MemoryLayout<Int32>.size)) }
        peer = pair[1]
        stream = TLSStream(SocketStream(AcceptedSocket(descriptor: pair[0], peer: BoundAddress(path: "")), loop: loop), context: context)
        client = TLSClient(settings, resuming: session)
    }

    deinit { Glibc.close(peer) }

    /// Runs `body` on the loop; the stream is closed afterwards.
    static func hold<Result: Sendable>(
        _ context: TLSContext, _ settings: TLSClient.Settings = TLSClient.Settings(), resuming session: sending TLSClient.Session? = nil,
        socketBytes: Int32? = nil, _ body: @Sendable (isolated TLSConversation) throws -> Result
    ) async rethrows -> Result {
        let conversation = TLSConversation(context, settings, resuming: session, socketBytes: socketBytes)
        return try await conversation.run { conversation in
            defer { conversation.stream.close(reset: false) }
            return try body(conversation)
        }
    }

    func run<Result: Sendable>(_ body: @Sendable (isolated TLSConversation) throws -> Result) rethrows -> Result { try body(self) }

    /// Watches the socket as a connection does.
    func start() {
        stream.start(
            onReadable: { self.assumeIsolated { $0.readable() } }, onWritable: { self.assumeIsolated { $0.writable() } })
    }

    /// Returns when the loop has looked at its descriptors so often.
    nonisolated func turns(_ count: Int) async {
        for _ in 0..<count { await withCheckedContinuation { continuation in loop.execute { continuation.resume() } } }
    }

    private func readable() {
        timesReadable += 1
        read()
        if outcomes.last == .endOfStream { stream.setInterest(reading: false, writing: false) }
    }

    private func writable() {
        timesWritable += 1
        stream.flush()
    }

    // MARK: Steps

    /// Reads until nothing is there.
    func read() {
        outcomes = []
        while true {
            let outcome = stream.read { span in span.withUnsafeBufferPointer { received.append(contentsOf: $0) } }
            outcomes.append(outcome)
            guard case .bytes = outcome else { return }
        }
    }

    /// Sends bytes as they are, in pieces of which the stream reads each.
    func deliver(_ bytes: [UInt8], pieces: Int = 8192) {
        for start in stride(from: 0, to: bytes.count, by: pieces) {
            let piece = Array(bytes[start..<min(bytes.count, start + pieces)])
            precondition(send(peer, piece, piece.count, Int32(MSG_NOSIGNAL)) == piece.count)
            read()
        }
    }

    /// What the stream has sent.
    func takeSent() -> [UInt8] {
        var (all, buffer): ([UInt8], [UInt8]) = ([], [UInt8](repeating: 0, count: 65536))
        while case let count = recv(peer, &buffer, buffer.count, 0), count > 0 { all += buffer[..<count] }
        return all
    }

    /// The client's records to the stream, then the stream's to the client.
    func exchange(pieces: Int = 8192) {
        deliver(client.takeRecords(), pieces: pieces)
        listen(pieces: pieces)
    }

    func listen(pieces: Int = 8192) {
        let sent = takeSent()
        for start in stride(from: 0, to: sent.count, by: pieces) { client.receive(Array(sent[start..<min(sent.count, start + pieces)])) }
    }

    /// Goes to and fro until neither has anything to say.
    func settle(pieces: Int = 8192) {
        repeat { exchange(pieces: pieces) } while client.hasRecords
    }

    /// Whether the client's connection is at its end or reset.
    nonisolated var isPeerEnded: Bool {
        var byte: UInt8 = 0
        let count = recv(peer, &byte, 1, Int32(MSG_PEEK))
        return count == 0 || count < 0 && errno != EAGAIN
    }
}
