import CZlib

/// The checksum of a ZIP archive's members, of bytes that come in pieces.
struct CRC32: Sendable {
    private(set) var value: UInt32 = 0

    mutating func update(_ bytes: Span<UInt8>) {
        bytes.withUnsafeBufferPointer { bytes in
            // To zlib a null pointer means a new beginning.
            guard let start = bytes.baseAddress else { return }
            value = UInt32(crc32_z(UInt(value), start, bytes.count))
        }
    }
}
