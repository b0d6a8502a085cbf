import HTTPTypes
import Synchronization

/// `x-request-id`: the client's, so that logs on both sides can be joined, or one made here.
enum RequestID {
    /// The client's, if it is short and plain enough to be repeated in headers and logs.
    static func of(_ request: HTTPRequest) -> String? {
        guard let id = request.headerFields[.requestID], (1...128).contains(id.utf8.count),
            id.utf8.allSatisfy({ (0x21...0x7e).contains($0) })
        else { return nil }
        return id
    }

    /// 64 bits in hexadecimal, never the same twice in a process.
    ///
    /// A counter, mixed by SplitMix64's finalizer (Steele, Lea and Flood 2014), which maps no two numbers to one. A random number from the
    /// system for each request would cost a system call.
    static func make() -> String {
        var bits = seed &+ counter.wrappingAdd(1, ordering: .relaxed).newValue &* 0x9E37_79B9_7F4A_7C15
        bits = (bits ^ bits >> 30) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ bits >> 27) &* 0x94D0_49BB_1331_11EB
        bits ^= bits >> 31
        return String(unsafeUninitializedCapacity: 16) { digits in
            for index in 0..<16 {
                let digit = UInt8(truncatingIfNeeded: bits >> (60 - 4 * UInt64(index)) & 0xF)
                digits[index] = digit < 10 ? 48 + digit : 87 + digit
            }
            return 16
        }
    }

    private static let seed = UInt64.random(in: .min ... .max)
    private static let counter = Atomic<UInt64>(0)
}
