import CNGHTTP2

/// The content of a response that has not been sent yet.
struct HTTP2ResponseBody {
    private var buffer = OutboundBuffer()
    private var hasEnded = false
    /// libnghttp2 has asked and there was nothing; it must be told when there is.
    private var isAwaited = false

    /// Bytes that wait.
    var count: Int { buffer.count }
    /// Bytes that do not wait any more.
    private(set) var sent = 0

    /// Whether libnghttp2 is to be told.
    mutating func append(_ bytes: [UInt8]) -> Bool {
        guard !bytes.isEmpty else { return false }
        buffer.append(body: bytes)
        return takeAwaited()
    }

    /// Whether libnghttp2 is to be told.
    mutating func end() -> Bool {
        hasEnded = true
        return takeAwaited()
    }

    private mutating func takeAwaited() -> Bool {
        defer { isAwaited = false }
        return isAwaited
    }

    /// Moves content into `target`; the bytes moved, or libnghttp2's code for none now.
    mutating func read(into target: UnsafeMutableBufferPointer<UInt8>, flags: inout UInt32) -> Int {
        var count = 0
        while count < target.count, !buffer.isEmpty {
            let moved = buffer.withFront { front in
                front.withUnsafeBufferPointer { bytes in
                    let length = min(bytes.count, target.count - count)
                    return UnsafeMutableBufferPointer(rebasing: target[count..<(count + length)]).update(fromContentsOf: bytes.prefix(length))
                }
            }
            buffer.drop(moved)
            count += moved
        }
        sent += count
        if buffer.isEmpty, hasEnded {
            flags |= NGHTTP2_DATA_FLAG_EOF.rawValue
        } else if count == 0 {
            isAwaited = true
            return Int(NGHTTP2_ERR_DEFERRED.rawValue)
        }
        return count
    }
}
