/// A connection that was accepted and belongs to nobody yet: whoever gets it closes the descriptor.
public struct AcceptedSocket: Sendable {
    public var descriptor: Int32
    public var peer: BoundAddress

    public init(descriptor: Int32, peer: BoundAddress) {
        self.descriptor = descriptor
        self.peer = peer
    }
}
