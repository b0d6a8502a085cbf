/// Elements on a 64-byte boundary, a cache line and an AVX-512 register wide, freed with the last reference.
final class AlignedStorage<Element: BitwiseCopyable> {
    let elements: UnsafeMutableBufferPointer<Element>
    /// Where the elements are weights.
    private let chunk: WeightMemory.Chunk?

    var count: Int { elements.count }
    var start: UnsafeMutablePointer<Element> { elements.baseAddress! }

    /// Uninitialised storage for `count` elements.
    init(count: Int) {
        precondition(count >= 0)
        let bytes = UnsafeMutableRawPointer.allocate(byteCount: max(count, 1) * MemoryLayout<Element>.stride, alignment: 64)
        elements = UnsafeMutableBufferPointer(start: bytes.bindMemory(to: Element.self, capacity: count), count: count)
        chunk = nil
    }

    /// Storage for weights: zeroed, and in large pages where there are some.
    init(weights count: Int) {
        let byteCount = max(count, 1) * MemoryLayout<Element>.stride
        guard let (bytes, chunk) = WeightMemory.allocate(byteCount) else { fatalError("no memory for \(byteCount) bytes of weights") }
        self.chunk = chunk
        elements = UnsafeMutableBufferPointer(start: bytes.bindMemory(to: Element.self, capacity: count), count: count)
    }

    convenience init(count: Int, zero: Element) {
        self.init(count: count)
        elements.initialize(repeating: zero)
    }

    deinit {
        if chunk == nil { UnsafeMutableRawPointer(start).deallocate() }
    }
}
