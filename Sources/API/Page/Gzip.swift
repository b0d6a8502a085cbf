import CZlib

/// Content in the coding `gzip` (RFC 9110 section 8.4.1.3; the format is RFC 1952's).
enum Gzip {
    /// The bytes compressed as far as zlib can; nil where it has no memory for that.
    static func compress(_ bytes: [UInt8]) -> [UInt8]? {
        var stream = z_stream()
        let windowBitsForGzip: Int32 = 15 + 16
        let status = deflateInit2_(
            &stream, Z_BEST_COMPRESSION, Z_DEFLATED, windowBitsForGzip, 9, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        guard status == Z_OK else { return nil }
        defer { deflateEnd(&stream) }
        let bound = Int(deflateBound(&stream, UInt(bytes.count)))
        var input = bytes, isWhole = false
        let compressed = [UInt8](unsafeUninitializedCapacity: bound) { output, count in
            input.withUnsafeMutableBufferPointer { input in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(bound)
                isWhole = deflate(&stream, Z_FINISH) == Z_STREAM_END
                count = bound - Int(stream.avail_out)
            }
        }
        return isWhole ? compressed : nil
    }

    /// Whether `Accept-Encoding` names the coding with a weight above zero.
    static func isAccepted(_ field: String?) -> Bool {
        guard let field else { return false }
        return field.split(separator: ",").contains { element in
            let parts = element.split(separator: ";").map { $0.trimmingSpaces.lowercased() }
            guard parts.first == "gzip" else { return false }
            return parts.dropFirst().first { $0.hasPrefix("q=") }.map { Double($0.dropFirst(2)) ?? 1 } ?? 1 > 0
        }
    }
}
