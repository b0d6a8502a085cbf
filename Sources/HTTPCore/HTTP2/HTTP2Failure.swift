import CNGHTTP2

/// Why a stream or a connection of HTTP/2 ends (RFC 9113 §7).
public enum HTTP2Failure: Error, Sendable, Equatable {
    case none
    /// The peer's bytes are not HTTP/2.
    case malformed
    /// Our own mistake.
    case `internal`
    /// The stream is no longer wanted.
    case cancelled
    /// The peer does what only makes work.
    case excessiveLoad

    var code: UInt32 {
        switch self {
        case .none: NGHTTP2_NO_ERROR.rawValue
        case .malformed: NGHTTP2_PROTOCOL_ERROR.rawValue
        case .internal: NGHTTP2_INTERNAL_ERROR.rawValue
        case .cancelled: NGHTTP2_CANCEL.rawValue
        case .excessiveLoad: NGHTTP2_ENHANCE_YOUR_CALM.rawValue
        }
    }
}
