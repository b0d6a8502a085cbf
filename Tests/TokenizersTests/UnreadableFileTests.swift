import FoundationEssentials
import Glibc
import Testing

@testable import Tokenizers

@Suite("A tokenizer.json that cannot be read is named in one line")
struct UnreadableFileTests {
    /// The path of a tokenizer.json that `make` creates in a directory of its own, and the error of loading it.
    private func error(_ make: (_ path: String) throws -> Void) throws -> (path: String, error: TokenizerError?) {
        let directory = FileManager.default.temporaryDirectory.appending(path: "attendant-\(UUID().uuidString)")
            .path(percentEncoded: false)
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let path = "\(directory)/tokenizer.json"
        try make(path)
        return (path, #expect(throws: TokenizerError.self) { try Tokenizer(directory: directory) })
    }

    @Test("A directory")
    func directory() throws {
        let (path, error) = try error { #expect(mkdir($0, 0o700) == 0) }
        #expect(error?.description == "\(path): cannot be read: this is not a regular file")
    }

    @Test("A named pipe, without waiting for a writer")
    func namedPipe() throws {
        let (path, error) = try error { #expect(mkfifo($0, 0o600) == 0) }
        #expect(error?.description == "\(path): cannot be read: this is not a regular file")
    }

    @Test("A device")
    func device() throws {
        let (path, error) = try error { #expect(symlink("/dev/null", $0) == 0) }
        #expect(error?.description == "\(path): cannot be read: this is not a regular file")
    }

    @Test("What the system refuses to open, with its reason")
    func refused() throws {
        let (path, error) = try error { #expect(symlink("tokenizer.json", $0) == 0) }
        #expect(error?.description == "\(path): cannot be read: \(String(cString: strerror(ELOOP)))")
    }

    @Test("A file that states no size is read whole all the same")
    func unstatedSize() throws {
        let bytes = try #require(try RegularFile.readBytes("/proc/self/maps"))
        #expect(bytes.last == UInt8(ascii: "\n"))
    }
}
