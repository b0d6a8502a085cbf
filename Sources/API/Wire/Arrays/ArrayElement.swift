import Tensors

/// The element types of the arrays that a client may be sent, little-endian always.
enum ArrayElement: String, Sendable, CaseIterable {
    case float32, float16, int32

    var byteCount: Int { stored.byteCount }

    /// The `descr` of a .npy file.
    var npyName: String {
        switch self {
        case .float32: "<f4"
        case .float16: "<f2"
        case .int32: "<i4"
        }
    }

    /// The `dtype` of a safetensors file.
    var safetensorsName: String { stored.rawValue }

    private var stored: ElementType {
        switch self {
        case .float32: .float32
        case .float16: .float16
        case .int32: .int32
        }
    }

    /// The elements' bytes, of a floating-point type. What a float16 can't hold, beyond 65504, becomes infinity.
    func append(_ values: Span<Float>, to bytes: inout [UInt8]) { stored.append(values, to: &bytes) }

    /// The elements' bytes, of int32.
    func append(_ values: some Sequence<Int32>, to bytes: inout [UInt8]) {
        precondition(self == .int32)
        for value in values { LittleEndian.append(value, to: &bytes) }
    }
}
