/// Bytes on their way to the client: appended at the end, sent from the front.
public struct OutboundBuffer: Sendable {
    /// From this size on, a body is kept as it is rather than copied behind what is there.
    private static let segmentBytes = 32 * 1024
    /// Storage above this is given back once it is empty.
    private static let keptBytes = 64 * 1024

    private var front: [UInt8] = []
    private var sent = 0
    private var rest: [[UInt8]] = []

    /// Bytes not yet sent.
    public private(set) var count = 0

    public init() {}

    public var isEmpty: Bool { count == 0 }

    /// Appends whatever `write` appends to the array it is given.
    public mutating func append(_ write: (inout [UInt8]) -> Void) {
        reclaim()
        if rest.isEmpty {
            let before = front.count
            write(&front)
            count += front.count - before
        } else {
            let before = rest[rest.count - 1].count
            write(&rest[rest.count - 1])
            count += rest[rest.count - 1].count - before
        }
    }

    /// Appends `body`; a large one is kept as it is.
    public mutating func append(body: [UInt8]) {
        if body.count < Self.segmentBytes {
            append { $0.append(contentsOf: body) }
        } else {
            rest.append(body)
            // What follows goes into an array of its own, so that the caller's is not copied for it.
            rest.append([])
            count += body.count
        }
    }

    /// Shows the first contiguous bytes; none if the buffer is empty.
    public func withFront<Result>(_ body: (Span<UInt8>) -> Result) -> Result {
        body(front.span.extracting(sent..<front.count))
    }

    /// Drops bytes from the front, no more than `withFront` showed.
    public mutating func drop(_ bytes: Int) {
        sent += bytes
        count -= bytes
        while sent == front.count {
            sent = 0
            guard !rest.isEmpty else {
                if front.capacity > Self.keptBytes { front = [] } else { front.removeAll(keepingCapacity: true) }
                return
            }
            front = rest.removeFirst()
        }
    }

    /// Without this a buffer that never runs quite empty would grow for ever. Half of it moves at most, so the time stays linear.
    private mutating func reclaim() {
        guard sent > Self.keptBytes, sent > front.count / 2, rest.isEmpty else { return }
        front.removeFirst(sent)
        sent = 0
    }
}
