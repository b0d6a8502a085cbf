import Glibc

/// A connected, nonblocking stream socket as a byte stream.
public final class SocketStream: ByteStream {
    private static let readBufferBytes = 32 * 1024

    private let descriptor: Int32
    private let loop: EventLoop
    private var readiness: (any Readiness)?
    private var isClosed = false

    /// Takes over the socket's descriptor.
    public init(_ socket: AcceptedSocket, loop: EventLoop) {
        descriptor = socket.descriptor
        self.loop = loop
    }

    deinit {
        assert(isClosed, "a socket stream was dropped without close")
    }

    public func start(onReadable: @escaping @Sendable () -> Void, onWritable: @escaping @Sendable () -> Void) {
        guard readiness == nil, !isClosed else { return }
        readiness = loop.makeReadiness(descriptor: descriptor, onReadable: onReadable, onWritable: onWritable)
    }

    public func setInterest(reading: Bool, writing: Bool) {
        readiness?.setInterest(reading: reading, writing: writing)
    }

    public func read(_ body: (Span<UInt8>) -> Void) -> ReadOutcome {
        guard !isClosed else { return .failed(EBADF) }
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Self.readBufferBytes) { buffer in
            let count = SystemCall.retrying { recv(descriptor, buffer.baseAddress, buffer.count, 0) }
            if count > 0 {
                body(UnsafeBufferPointer(rebasing: buffer[..<count]).span)
                return .bytes(count, filledBuffer: count == buffer.count)
            }
            if count == 0 { return .endOfStream }
            return errno == EAGAIN ? .wouldBlock : .failed(errno)
        }
    }

    public func write(_ bytes: Span<UInt8>) -> WriteOutcome {
        guard !isClosed else { return .failed(EPIPE) }
        return bytes.withUnsafeBufferPointer { buffer in
            var sent = 0
            while sent < buffer.count {
                // Without MSG_NOSIGNAL a peer that has gone would end the process with SIGPIPE.
                let count = SystemCall.retrying {
                    send(descriptor, buffer.baseAddress.map { $0 + sent }, buffer.count - sent, Int32(MSG_NOSIGNAL))
                }
                if count < 0 {
                    if errno == EAGAIN { break }
                    return .failed(errno)
                }
                sent += count
                // A short count means a full socket buffer: the next call could only say EAGAIN.
                if sent < buffer.count { break }
            }
            return .wrote(sent)
        }
    }

    /// A socket says nothing by itself.
    public func flush() {}

    public func shutdownWriting() {
        guard !isClosed else { return }
        _ = shutdown(descriptor, Int32(SHUT_WR))
    }

    public var isSecure: Bool { false }
    public var applicationProtocol: String? { nil }
    public var failure: String? { nil }

    public var isPeerReachable: Bool {
        guard !isClosed else { return false }
        var query = pollfd(fd: descriptor, events: 0, revents: 0)
        guard poll(&query, 1, 0) > 0 else { return true }
        return Int32(query.revents) & (POLLERR | POLLHUP) == 0
    }

    public func close(reset: Bool) {
        guard !isClosed else { return }
        isClosed = true
        if reset { SystemCall.resetOnClose(descriptor) }
        readiness?.cancel()
        readiness = nil
        Glibc.close(descriptor)
    }
}
