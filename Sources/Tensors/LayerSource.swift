import CKernels

/// Where the `[outputs, inputs]` weights of a linear layer come from, a few rows at a time.
///
/// The closures are called on several threads at once, each for rows of its own.
public enum LayerSource {
    case floats(outputs: Int, read: (Range<Int>, UnsafeMutableBufferPointer<Float>) -> Void)
    /// A weight is its number times the scale of its output.
    case quantized(outputs: Int, scales: [Float], read: (Range<Int>, UnsafeMutableBufferPointer<Int8>) -> Void)

    public var outputs: Int {
        switch self {
        case .floats(let outputs, _), .quantized(let outputs, _, _): outputs
        }
    }

    /// Some of the outputs.
    public func slice(_ range: Range<Int>) -> LayerSource {
        precondition(range.lowerBound >= 0 && range.upperBound <= outputs)
        func shifted(_ rows: Range<Int>) -> Range<Int> { range.lowerBound + rows.lowerBound..<range.lowerBound + rows.upperBound }
        switch self {
        case .floats(_, let read): return .floats(outputs: range.count) { read(shifted($0), $1) }
        case .quantized(_, let scales, let read):
            return .quantized(outputs: range.count, scales: Array(scales[range])) { read(shifted($0), $1) }
        }
    }

    /// The rows as f32.
    func floats(_ rows: Range<Int>, inputs: Int, into target: UnsafeMutableBufferPointer<Float>) {
        switch self {
        case .floats(_, let read): read(rows, target)
        case .quantized(_, let scales, let read):
            withUnsafeTemporaryAllocation(of: Int8.self, capacity: rows.count * inputs) { quantized in
                read(rows, quantized)
                for index in quantized.indices { target[index] = Float(quantized[index]) * scales[rows.lowerBound + index / inputs] }
            }
        }
    }

    /// The rows as int8, with their scales.
    func quantized(
        _ rows: Range<Int>, inputs: Int, into target: UnsafeMutableBufferPointer<Int8>, scales targetScales: UnsafeMutablePointer<Float>
    ) {
        switch self {
        case .floats(_, let read):
            withUnsafeTemporaryAllocation(of: Float.self, capacity: rows.count * inputs) { floats in
                read(rows, floats)
                attendant_quantize_weights(floats.baseAddress!, rows.count, inputs, target.baseAddress!, targetScales)
            }
        case .quantized(_, let scales, let read):
            read(rows, target)
            for (index, row) in rows.enumerated() { targetScales[index] = scales[row] }
        }
    }
}
