import COpenSSL
import Glibc

/// TLS over a socket, the server's side: OpenSSL reads and writes memory, the socket's bytes are moved to and from it.
public final class TLSStream: ByteStream {
    /// As much as one attempt to send encrypts: four records.
    private static let pieceBytes = 64 * 1024
    /// Records that wait to be sent; above it nothing is read. OpenSSL answers some of a client's records by itself, refused renegotiations for
    /// example, and a client that sends many and reads none would have the answers kept.
    private static let mostUnsentBytes = 2 * pieceBytes
    /// As much room as a connection keeps between two reads or writes, in each of its buffers: most wait for small requests. OpenSSL's memory
    /// never shrinks, so it is exchanged.
    private static let keptBytes = 4 * 1024
    /// How much of what a client went on to send is dropped when its handshake has failed: 256 KiB.
    private static let readsAfterFailure = 8

    private let socket: SocketStream
    /// Keeps the certificates while the connection may ask for them.
    private let context: TLSContext
    private let ssl: OpaquePointer
    // They belong to `ssl`.
    private var incoming: OpaquePointer
    private var outgoing: OpaquePointer

    private var plaintext: [UInt8] = []
    /// Bytes that were encrypted, but whose records have not all been sent: not reported yet, as the caller's bytes may be no further.
    private var unreported = 0
    private var wantsToRead = false
    private var wantsToWrite = false
    private var isEstablished = false
    private var peerHasEnded = false
    private var shutsDownWhenSent = false
    private var isBroken = false
    private var isClosed = false
    private var onReadable: (@Sendable () -> Void)?
    public private(set) var applicationProtocol: String?
    public private(set) var failure: String?

    /// Takes over the socket.
    public init(_ socket: consuming SocketStream, context: TLSContext) {
        guard let ssl = context.makeConnection() else { preconditionFailure("no TLS connection could be made: \(TLSError.takeReasons())") }
        let (incoming, outgoing) = (Self.makeMemory(), Self.makeMemory())
        SSL_set_bio(ssl, incoming, outgoing)
        SSL_set_accept_state(ssl)
        self.socket = socket
        self.context = context
        self.ssl = ssl
        self.incoming = incoming
        self.outgoing = outgoing
    }

    private static func makeMemory() -> OpaquePointer {
        guard let memory = BIO_new(BIO_s_mem()) else { preconditionFailure("no memory for TLS: \(TLSError.takeReasons())") }
        return memory
    }

    deinit {
        SSL_free(ssl)
    }

    public var isSecure: Bool { true }
    public var isPeerReachable: Bool { socket.isPeerReachable }

    public func start(onReadable: @escaping @Sendable () -> Void, onWritable: @escaping @Sendable () -> Void) {
        self.onReadable = onReadable
        socket.start(onReadable: onReadable, onWritable: onWritable)
    }

    public func setInterest(reading: Bool, writing: Bool) {
        wantsToRead = reading
        wantsToWrite = writing
        updateInterest()
    }

    /// Records that wait to be sent need the socket's room even if the caller has nothing to write, and before the end of the handshake room
    /// is no use to the caller. The end of the stream is no event of the socket when it came with other bytes: room, which there is, stands
    /// in for it, and `flush` tells.
    private func updateInterest() {
        guard !isClosed else { return }
        socket.setInterest(
            reading: wantsToRead && !peerHasEnded && !hasTooManyRecords,
            writing: hasRecords || wantsToWrite && isEstablished || wantsToRead && peerHasEnded)
    }

    // MARK: Reading

    /// One read of the socket, decrypted whole, so that nothing waits in OpenSSL that the socket's readiness would not tell.
    public func read(_ body: (Span<UInt8>) -> Void) -> ReadOutcome {
        if peerHasEnded { return .endOfStream }
        if hasTooManyRecords { return .wouldBlock }
        let outcome = socket.read { records in
            _ = records.withUnsafeBufferPointer { BIO_write(incoming, $0.baseAddress, Int32($0.count)) }
        }
        guard case .bytes(let received, let filledBuffer) = outcome else { return outcome }
        // SSL_get_error looks at this thread's queue, which other connections use too.
        ERR_clear_error()
        guard handshake() else { return fail() }
        plaintext.removeAll(keepingCapacity: true)
        guard !isEstablished || decrypt() else { return fail() }
        if received > Self.keptBytes, BIO_ctrl_pending(incoming) == 0 {
            incoming = Self.makeMemory()
            SSL_set0_rbio(ssl, incoming)
        }
        guard sendRecords() else { return .failed(EPIPE) }
        updateInterest()
        guard !plaintext.isEmpty else { return peerHasEnded ? .endOfStream : filledBuffer ? .bytes(0, filledBuffer: true) : .wouldBlock }
        plaintext.withUnsafeBufferPointer { body($0.span) }
        defer { if plaintext.capacity > Self.keptBytes { plaintext = [] } }
        return .bytes(plaintext.count, filledBuffer: filledBuffer || peerHasEnded)
    }

    /// False where it failed.
    private func handshake() -> Bool {
        guard !isEstablished else { return true }
        let status = SSL_do_handshake(ssl)
        guard status == 1 else { return SSL_get_error(ssl, status) == SSL_ERROR_WANT_READ }
        isEstablished = true
        var (name, length): (UnsafePointer<UInt8>?, UInt32) = (nil, 0)
        SSL_get0_alpn_selected(ssl, &name, &length)
        if let name { applicationProtocol = String(decoding: UnsafeBufferPointer(start: name, count: Int(length)), as: UTF8.self) }
        return true
    }

    /// Decrypts all that has come; false where it is no TLS.
    private func decrypt() -> Bool {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Int(SSL3_RT_MAX_PLAIN_LENGTH)) { buffer in
            while true {
                var count = 0
                let status = SSL_read_ex(ssl, buffer.baseAddress, buffer.count, &count)
                if status == 1 {
                    plaintext.append(contentsOf: buffer[..<count])
                    // Asking again only to hear that there is no more costs as much as a record.
                    if BIO_ctrl_pending(incoming) == 0, SSL_has_pending(ssl) == 0 { return true }
                    continue
                }
                switch SSL_get_error(ssl, status) {
                case SSL_ERROR_WANT_READ: return true
                case SSL_ERROR_ZERO_RETURN:
                    // RFC 8446 §6.1: the peer writes no more.
                    peerHasEnded = true
                    return true
                default: return false
                }
            }
        }
    }

    /// What OpenSSL has to say to the peer about it is sent first.
    private func fail() -> ReadOutcome {
        if PlainHTTP.isLastFailure { BIO_write(outgoing, PlainHTTP.answer, Int32(PlainHTTP.answer.count)) }
        failure = "TLS: \(TLSError.takeReasons())"
        _ = sendRecords()
        // Closing with bytes unread would reset the connection, and what was just sent might be lost (RFC 9112 §9.6).
        for _ in 0..<Self.readsAfterFailure {
            guard case .bytes(_, filledBuffer: true) = socket.read({ _ in }) else { break }
        }
        return .failed(EPROTO)
    }

    // MARK: Writing

    private var hasRecords: Bool { BIO_ctrl_pending(outgoing) > 0 }
    private var hasTooManyRecords: Bool { BIO_ctrl_pending(outgoing) > Self.mostUnsentBytes }

    /// Sends records as far as there is room; false where the connection broke.
    private func sendRecords() -> Bool {
        guard !isBroken else { return false }
        var bytes: UnsafeMutablePointer<CChar>?
        let count = COpenSSL_BIO_get_mem_data(outgoing, &bytes)
        if count > 0, let bytes {
            let records = UnsafeRawBufferPointer(start: bytes, count: count)
            guard case .wrote(let sent) = records.withMemoryRebound(to: UInt8.self, { socket.write($0.span) }) else {
                // Nobody reads them any more, and nothing that follows may pass for sent.
                isBroken = true
                COpenSSL_BIO_reset(outgoing)
                return false
            }
            guard sent == count else {
                dropRecords(sent)
                return true
            }
            if isEstablished, count > Self.keptBytes {
                outgoing = Self.makeMemory()
                SSL_set0_wbio(ssl, outgoing)
            } else {
                COpenSSL_BIO_reset(outgoing)
            }
        }
        if shutsDownWhenSent { socket.shutdownWriting() }
        return true
    }

    private func dropRecords(_ count: Int) {
        var left = count
        withUnsafeTemporaryAllocation(byteCount: Self.pieceBytes, alignment: 1) { scratch in
            while left > 0 {
                let read = BIO_read(outgoing, scratch.baseAddress, Int32(min(left, scratch.count)))
                guard read > 0 else { return }
                left -= Int(read)
            }
        }
    }

    /// The bytes that were not reported as taken must be offered again, at the front.
    public func write(_ bytes: Span<UInt8>) -> WriteOutcome {
        guard !isClosed else { return .failed(EPIPE) }
        guard sendRecords() else { return .failed(EPIPE) }
        defer { updateInterest() }
        guard isEstablished, !hasRecords else { return .wrote(0) }
        var taken = unreported
        unreported = 0
        while taken < bytes.count {
            var count = 0
            let end = min(bytes.count, taken + Self.pieceBytes)
            ERR_clear_error()
            let status = bytes.extracting(taken..<end).withUnsafeBufferPointer { SSL_write_ex(ssl, $0.baseAddress, $0.count, &count) }
            guard status == 1 else {
                failure = "TLS: \(TLSError.takeReasons())"
                return .failed(EPROTO)
            }
            guard sendRecords() else { return .failed(EPIPE) }
            if hasRecords {
                unreported = count
                break
            }
            taken += count
        }
        return .wrote(taken)
    }

    public func flush() {
        guard !isClosed else { return }
        // A connection that broke tells so when it is read.
        _ = sendRecords()
        updateInterest()
        if wantsToRead, peerHasEnded { onReadable?() }
    }

    /// RFC 8446 §6.1: close_notify first, so that the peer knows the stream to be whole.
    public func shutdownWriting() {
        guard !isClosed else { return }
        if isEstablished { SSL_shutdown(ssl) }
        shutsDownWhenSent = true
        _ = sendRecords()
        updateInterest()
    }

    public func close(reset: Bool) {
        guard !isClosed else { return }
        if !reset {
            if isEstablished, !shutsDownWhenSent { SSL_shutdown(ssl) }
            _ = sendRecords()
        }
        isClosed = true
        onReadable = nil
        socket.close(reset: reset)
    }
}
