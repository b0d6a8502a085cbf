/// A two-way stream of bytes, as an HTTP connection sees it: the socket itself, or TLS over it. Used on one event loop only.
public protocol ByteStream: AnyObject {
    /// Begins to watch. The callbacks come on the event loop, as long as the interest that `setInterest` stated lasts.
    func start(onReadable: @escaping @Sendable () -> Void, onWritable: @escaping @Sendable () -> Void)

    func setInterest(reading: Bool, writing: Bool)

    /// Reads what is there, up to a buffer's size, and shows it to `body`, once at most.
    func read(_ body: (Span<UInt8>) -> Void) -> ReadOutcome

    /// Hands bytes to the peer's connection as far as there is room.
    func write(_ bytes: Span<UInt8>) -> WriteOutcome

    /// Sends what the stream has to say beside the bytes that were written; to be called when there is room.
    func flush()

    /// Whether the bytes travel encrypted.
    var isSecure: Bool { get }

    /// The protocol that both sides agreed on, where they negotiated one; nil until then.
    var applicationProtocol: String? { get }

    /// Why the stream failed, where there is more to say than the operating system's number.
    var failure: String? { get }

    /// Ends our half: the peer reads the end of the stream, and we can go on reading.
    func shutdownWriting()

    /// Whether the peer's connection is not known to be gone; it can be asked without reading.
    var isPeerReachable: Bool { get }

    /// Ends the stream; no callback comes after it.
    ///
    /// - Parameter reset: the peer gets a reset in place of an orderly end, so that it cannot take what it has for complete.
    func close(reset: Bool)
}

public enum ReadOutcome: Sendable, Equatable {
    /// This many bytes; `filledBuffer` means that there may be more.
    case bytes(Int, filledBuffer: Bool)
    case wouldBlock
    /// The peer has ended its half.
    case endOfStream
    /// The connection is broken; the number is the operating system's.
    case failed(Int32)
}

public enum WriteOutcome: Sendable, Equatable {
    /// This many bytes were taken: zero means that there is no room now.
    case wrote(Int)
    /// The connection is broken; the number is the operating system's.
    case failed(Int32)
}
