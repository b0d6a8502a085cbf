import FoundationEssentials
import Glibc
import OrderedJSON
import Tensors

/// Writes a safetensors file: the length of a JSON header in eight bytes, the header, then the tensors one after the other.
public struct SafetensorsWriter {
    public struct Entry {
        let name: String
        let type: ElementType
        let shape: [Int]
        let write: ((UnsafeRawBufferPointer) throws(CheckpointError) -> Void) throws(CheckpointError) -> Void

        /// - Parameter write: hands all bytes of the tensor, row-major and little-endian, to its argument, in one piece or several.
        public init(
            name: String, type: ElementType, shape: [Int],
            write: @escaping ((UnsafeRawBufferPointer) throws(CheckpointError) -> Void) throws(CheckpointError) -> Void
        ) {
            self.name = name
            self.type = type
            self.shape = shape
            self.write = write
        }

        /// A tensor as another file holds it.
        public init(copying tensor: StoredTensor) {
            self.init(name: tensor.name, type: tensor.type, shape: tensor.shape) { put throws(CheckpointError) in
                try tensor.withBytes { bytes throws(CheckpointError) in try put(bytes) }
            }
        }

        var byteCount: Int { shape.reduce(1, *) * type.byteCount }
    }

    /// - Parameters:
    ///   - path: a file that is not there yet.
    ///   - metadata: texts for the header's `__metadata__`.
    /// - Throws: `CheckpointError.unwritable` with the system's reason.
    public static func write(_ entries: [Entry], metadata: [String: String], to path: String) throws(CheckpointError) {
        // Widest elements first, so that every tensor is aligned to its own; the format asks for no more.
        let sorted = entries.sorted { ($1.type.byteCount, $0.name) < ($0.type.byteCount, $1.name) }
        let file = try NewFile(path: path)
        let header = header(sorted, metadata)
        let length = (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) }
        try file.append(length + header)
        for entry in sorted {
            var written = 0
            try entry.write { bytes throws(CheckpointError) in
                written += bytes.count
                try file.append(bytes)
            }
            precondition(written == entry.byteCount, "\(entry.name) has \(written) bytes, its shape \(entry.byteCount)")
        }
        try file.close()
    }

    private static func header(_ entries: [Entry], _ metadata: [String: String]) -> [UInt8] {
        struct Description: Encodable {
            let dtype: String
            let shape: [Int]
            let data_offsets: [Int]
        }
        struct Header: Encodable {
            let entries: [(String, Description)]
            let metadata: [String: String]

            struct Key: CodingKey {
                var stringValue: String
                var intValue: Int? { nil }

                init(stringValue: String) { self.stringValue = stringValue }
                init?(intValue: Int) { nil }
            }

            func encode(to encoder: any Encoder) throws {
                var container = encoder.container(keyedBy: Key.self)
                try container.encode(metadata, forKey: Key(stringValue: "__metadata__"))
                for (name, entry) in entries { try container.encode(entry, forKey: Key(stringValue: name)) }
            }
        }
        var offset = 0
        let described = entries.map { entry in
            defer { offset += entry.byteCount }
            return (entry.name, Description(dtype: entry.type.rawValue, shape: entry.shape, data_offsets: [offset, offset + entry.byteCount]))
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Strings and whole numbers can always be encoded.
        var bytes = Array(try! encoder.encode(Header(entries: described, metadata: metadata)))
        while bytes.count % 8 != 0 { bytes.append(UInt8(ascii: " ")) }
        return bytes
    }
}

/// A file that is written from its beginning to its end.
private final class NewFile {
    private let path: String
    private var descriptor: Int32

    init(path: String) throws(CheckpointError) {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw .unwritable(path: path, reason: String(cString: strerror(errno))) }
    }

    func append(_ bytes: UnsafeRawBufferPointer) throws(CheckpointError) {
        var done = 0
        while done < bytes.count {
            let count = Glibc.write(descriptor, bytes.baseAddress! + done, bytes.count - done)
            if count < 0 {
                if errno == EINTR { continue }
                throw .unwritable(path: path, reason: String(cString: strerror(errno)))
            }
            done += count
        }
    }

    func append(_ bytes: [UInt8]) throws(CheckpointError) {
        let failure: CheckpointError? = bytes.withUnsafeBytes { bytes in
            do throws(CheckpointError) { try append(bytes) } catch { return error }
            return nil
        }
        if let failure { throw failure }
    }

    func close() throws(CheckpointError) {
        defer { descriptor = -1 }
        guard Glibc.close(descriptor) == 0 else { throw .unwritable(path: path, reason: String(cString: strerror(errno))) }
    }

    deinit {
        // Only a file that was not finished is still open: nothing must take it for a checkpoint.
        if descriptor >= 0 {
            Glibc.close(descriptor)
            unlink(path)
        }
    }
}
