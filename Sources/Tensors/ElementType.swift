import CKernels

/// The element types that a checkpoint may hold, under the names of the safetensors format.
public enum ElementType: String, Sendable, CaseIterable {
    case float32 = "F32"
    case float16 = "F16"
    case bfloat16 = "BF16"
    case int8 = "I8"
    case uint8 = "U8"
    case int32 = "I32"
    case int64 = "I64"
    case bool = "BOOL"

    public var byteCount: Int {
        switch self {
        case .int8, .uint8, .bool: 1
        case .float16, .bfloat16: 2
        case .float32, .int32: 4
        case .int64: 8
        }
    }

    /// Whether `widen` takes it.
    public var isFloatingPoint: Bool {
        switch self {
        case .float32, .float16, .bfloat16: true
        case .int8, .uint8, .int32, .int64, .bool: false
        }
    }

    /// Little-endian elements of this floating-point type, written as binary32. The bytes need no alignment.
    public func widen(_ bytes: UnsafeRawBufferPointer, into target: UnsafeMutableBufferPointer<Float>) {
        precondition(isFloatingPoint && bytes.count == target.count * byteCount)
        guard let source = bytes.baseAddress, let start = target.baseAddress else { return }
        if self == .float32 {
            UnsafeMutableRawPointer(start).copyMemory(from: source, byteCount: bytes.count)
            return
        }
        if self == .float16 {
            attendant_float16_to_float32(source, start, target.count)
        } else {
            attendant_bfloat16_to_float32(source, start, target.count)
        }
    }

    /// Appends numbers as little-endian elements of this type, float32 or float16. A binary16 is rounded to nearest even; beyond 65504 that is
    /// infinity.
    public func append(_ values: Span<Float>, to bytes: inout [UInt8]) {
        precondition(self == .float32 || self == .float16)
        values.withUnsafeBufferPointer { values in
            guard let source = values.baseAddress else { return }
            if self == .float32 {
                bytes.append(contentsOf: UnsafeRawBufferPointer(values))
                return
            }
            let start = bytes.count
            bytes.append(contentsOf: repeatElement(0, count: byteCount * values.count))
            bytes.withUnsafeMutableBytes { attendant_float32_to_float16(source, $0.baseAddress! + start, values.count) }
        }
    }
}
