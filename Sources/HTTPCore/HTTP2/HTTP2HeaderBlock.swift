import CNGHTTP2
import HTTPTypes

/// A header section on its way to libnghttp2, which compresses it (RFC 9113 §8.2, §8.3.2).
struct HTTP2HeaderBlock {
    /// Names and values, one behind the other.
    private var text: [UInt8] = []
    private var lengths: [(name: Int, value: Int, isIndexed: Bool)] = []

    init(status: Int) {
        text.reserveCapacity(256)
        lengths.reserveCapacity(12)
        append(":status".utf8, String(status).utf8)
    }

    private mutating func append(_ name: some Collection<UInt8>, _ value: some Collection<UInt8>) {
        text += name
        text += value
        lengths.append((name.count, value.count, true))
    }

    /// Appends the fields of a response. Those that speak about the connection are left out (RFC 9113 §8.2.2), for they are not the handler's
    /// to say; names are in lower case (§8.2.1).
    mutating func append(_ fields: HTTPFields, date: [UInt8], contentLength: Int?) {
        var hasDate = false
        for field in fields where !ResponseSerializer.isConnectionSpecific(field.name) {
            if field.name == .date { hasDate = true }
            let name = field.name.canonicalName.utf8
            text += name
            let count = field.withUnsafeBytesOfValue { value in
                text.append(contentsOf: value)
                return value.count
            }
            // A value that never comes again would only push others out of the table that compresses them (RFC 7541 §2.3.2).
            lengths.append((name.count, count, field.indexingStrategy == .automatic || field.indexingStrategy == .prefer))
        }
        if !hasDate { append("date".utf8, date) }
        if let contentLength { append("content-length".utf8, String(contentLength).utf8) }
    }

    /// Calls with the fields as libnghttp2 reads them, which copies what it keeps.
    consuming func withNames(_ body: (UnsafeMutableBufferPointer<nghttp2_nv>) -> Void) {
        let lengths = lengths
        text.withUnsafeMutableBufferPointer { text in
            withUnsafeTemporaryAllocation(of: nghttp2_nv.self, capacity: lengths.count) { fields in
                guard var next = text.baseAddress else { return }
                for (index, length) in lengths.enumerated() {
                    fields.initializeElement(
                        at: index,
                        to: nghttp2_nv(
                            name: next, value: next + length.name, namelen: length.name, valuelen: length.value,
                            flags: UInt8(length.isIndexed ? NGHTTP2_NV_FLAG_NONE.rawValue : NGHTTP2_NV_FLAG_NO_INDEX.rawValue)))
                    next += length.name + length.value
                }
                body(fields)
            }
        }
    }
}
