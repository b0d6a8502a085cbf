import Glibc
import Synchronization

/// Memory for weights, in pages of two megabytes where the kernel has them.
///
/// A forward pass walks through all weights; with pages of four kilobytes it would wait at each for the page tables, which in a virtual
/// machine costs more than the products. Matrices stand side by side in large chunks, so that none wastes the rest of a page.
enum WeightMemory {
    /// A mapping that is unmapped with the last matrix in it.
    ///
    /// Sendable although it holds a pointer: which bytes are taken is told under the mutex of `current`, and whoever took some alone
    /// touches them.
    final class Chunk: @unchecked Sendable {
        private let mapping: UnsafeMutableRawPointer
        private let mappedBytes: Int
        private let end: UnsafeMutableRawPointer
        private var next: UnsafeMutableRawPointer

        fileprivate init?(byteCount: Int) {
            mappedBytes = byteCount + WeightMemory.pageBytes
            guard let mapping = mmap(nil, mappedBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), mapping != MAP_FAILED
            else { return nil }
            self.mapping = mapping
            next = mapping.alignedUp(toMultipleOf: WeightMemory.pageBytes)
            end = next + byteCount
            // A kernel without such pages says no, and that is no harm.
            madvise(next, byteCount, MADV_HUGEPAGE)
        }

        fileprivate func take(_ byteCount: Int) -> UnsafeMutableRawPointer? {
            guard next + byteCount <= end else { return nil }
            defer { next = (next + byteCount).alignedUp(toMultipleOf: 64) }
            return next
        }

        deinit { munmap(mapping, mappedBytes) }
    }

    private static let pageBytes = 1 << 21
    private static let chunkBytes = 1 << 25
    private static let current = Mutex<Chunk?>(nil)

    /// Zeroed bytes on a 64-byte boundary, which live as long as the chunk; nil where the system has none left.
    static func allocate(_ byteCount: Int) -> (bytes: UnsafeMutableRawPointer, chunk: Chunk)? {
        let result = current.withLock { current -> (address: UInt, chunk: Chunk)? in
            if let chunk = current, let bytes = chunk.take(byteCount) { return (UInt(bitPattern: bytes), chunk) }
            let needed = (byteCount + pageBytes - 1) / pageBytes * pageBytes
            guard let chunk = Chunk(byteCount: max(chunkBytes, needed)), let bytes = chunk.take(byteCount) else { return nil }
            current = chunk
            return (UInt(bitPattern: bytes), chunk)
        }
        return result.map { (UnsafeMutableRawPointer(bitPattern: $0.address)!, $0.chunk) }
    }
}
