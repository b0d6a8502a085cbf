import Glibc

/// A connection that was accepted and belongs to nobody yet: whoever gets it closes the descriptor.
public struct AcceptedSocket: Sendable {
    public var descriptor: Int32
    public var peer: BoundAddress
    /// The network that one client has for itself: its IPv4 address, or the first 64 bits of its IPv6 address (RFC 4291 §2.5.4, RFC 6177).
    /// Nil for sockets of the file system.
    public var peerNetwork: String?

    public init(descriptor: Int32, peer: BoundAddress, peerNetwork: String? = nil) {
        self.descriptor = descriptor
        self.peer = peer
        self.peerNetwork = peerNetwork
    }

    /// Closes it with a reset.
    public func refuse() {
        SystemCall.resetOnClose(descriptor)
        close(descriptor)
    }
}
