import FoundationEssentials
import Glibc

/// A whole file mapped for reading. It is unmapped with the last reference.
///
/// A file that somebody shortens while it is mapped kills the process with SIGBUS; nothing can check for that.
///
/// Sendable although it holds a pointer: the mapping is private and read-only, and nothing changes it.
final class MappedFile: @unchecked Sendable {
    let path: String
    private let bytes: UnsafeRawBufferPointer

    /// - Throws: `CheckpointError.unreadable` with the system's reason.
    init(path: String) throws(CheckpointError) {
        self.path = path
        // Not waiting: opening a FIFO would, for a writer that may never come.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw .unreadable(path: path, reason: String(cString: strerror(errno))) }
        defer { close(descriptor) }
        var information = stat()
        guard fstat(descriptor, &information) == 0 else {
            throw .unreadable(path: path, reason: String(cString: strerror(errno)))
        }
        guard information.st_mode & S_IFMT == S_IFREG else {
            throw .unreadable(path: path, reason: "this is not a regular file")
        }
        let count = Int(information.st_size)
        guard count > 0 else { throw .malformed(path: path, reason: "the file is empty") }
        guard let start = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED else {
            throw .unreadable(path: path, reason: "it can't be mapped: \(String(cString: strerror(errno)))")
        }
        bytes = UnsafeRawBufferPointer(start: start, count: count)
    }

    /// The bytes of the file, mapped for as long as `body` runs.
    func withBytes<Value, Failure>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        defer { withExtendedLifetime(self) {} }
        return try body(bytes)
    }

    /// A copy of the whole file.
    var contents: Data { withBytes { Data($0) } }

    deinit { munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress!), bytes.count) }
}
