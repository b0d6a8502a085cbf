/// Elements on a 64-byte boundary, a cache line and an AVX-512 register wide, freed with the last reference.
final class AlignedStorage<Element: BitwiseCopyable> {
    let elements: UnsafeMutableBufferPointer<Element>

    var count: Int { elements.count }
    var start: UnsafeMutablePointer<Element> { elements.baseAddress! }

    /// Uninitialised storage for `count` elements.
    init(count: Int) {
        precondition(count >= 0)
        let bytes = UnsafeMutableRawPointer.allocate(byteCount: max(count, 1) * MemoryLayout<Element>.stride, alignment: 64)
        elements = UnsafeMutableBufferPointer(start: bytes.bindMemory(to: Element.self, capacity: count), count: count)
    }

    convenience init(count: Int, zero: Element) {
        self.init(count: count)
        elements.initialize(repeating: zero)
    }

    deinit { UnsafeMutableRawPointer(start).deallocate() }
}
