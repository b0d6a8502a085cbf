/// Floats on a 64-byte boundary, a cache line and an AVX-512 register wide, freed with the last reference.
final class AlignedStorage {
    static let alignment = 64

    let floats: UnsafeMutableBufferPointer<Float>

    /// Uninitialised storage for `count` floats.
    init(count: Int) {
        precondition(count >= 0)
        let bytes = UnsafeMutableRawPointer.allocate(
            byteCount: max(count, 1) * MemoryLayout<Float>.stride, alignment: Self.alignment)
        floats = UnsafeMutableBufferPointer(start: bytes.bindMemory(to: Float.self, capacity: count), count: count)
    }

    deinit { UnsafeMutableRawPointer(floats.baseAddress!).deallocate() }
}
