import Glibc

/// Reading whole files, and nothing that only looks like one.
enum RegularFile {
    /// The bytes of a file; nil where there is none.
    ///
    /// - Throws: `TokenizerError.unreadable` for a directory, a pipe or a device, and with the system's reason where the file
    ///   cannot be opened or read.
    static func readBytes(_ path: String) throws(TokenizerError) -> [UInt8]? {
        // Without O_NONBLOCK opening a named pipe waits for a writer.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw systemError(path)
        }
        defer { close(descriptor) }
        var information = stat()
        guard fstat(descriptor, &information) == 0 else { throw systemError(path) }
        guard information.st_mode & S_IFMT == S_IFREG else {
            throw .unreadable(file: path, reason: "this is not a regular file")
        }
        // One byte more than the file has lets the read that meets its end fit as well.
        var bytes = [UInt8](repeating: 0, count: Int(information.st_size) + 1)
        var count = 0
        while true {
            // The file has grown since, or its file system does not state sizes.
            if count == bytes.count { bytes.append(contentsOf: repeatElement(0, count: max(count, 4096))) }
            let result = bytes.withUnsafeMutableBytes { read(descriptor, $0.baseAddress! + count, $0.count - count) }
            if result == 0 { break }
            if result > 0 {
                count += result
            } else if errno != EINTR {
                throw systemError(path)
            }
        }
        bytes.removeLast(bytes.count - count)
        return bytes
    }

    /// What the system call that has just failed says.
    private static func systemError(_ path: String) -> TokenizerError {
        .unreadable(file: path, reason: String(cString: strerror(errno)))
    }
}
