import Tensors

/// A tensor as it lies in a checkpoint, not yet read.
public struct StoredTensor: Sendable {
    public let name: String
    public let type: ElementType
    public let shape: [Int]
    let file: MappedFile
    let range: Range<Int>

    public var elementCount: Int { range.count / type.byteCount }

    /// Reads it as binary32, row-major, F16 and BF16 widened.
    /// - Parameter target: as many floats as the tensor has elements.
    /// - Throws: `CheckpointError.malformedTensor` for integers, which are no weights here.
    public func read(into target: UnsafeMutableBufferPointer<Float>) throws(CheckpointError) {
        try checkIsFloatingPoint()
        file.withBytes { type.widen(UnsafeRawBufferPointer(rebasing: $0[range]), into: target) }
    }

    /// All of it as binary32.
    /// - Throws: as `read`.
    public func floats() throws(CheckpointError) -> [Float] {
        try checkIsFloatingPoint()
        return [Float](unsafeUninitializedCapacity: elementCount) { target, count in
            count = elementCount
            file.withBytes { type.widen(UnsafeRawBufferPointer(rebasing: $0[range]), into: UnsafeMutableBufferPointer(rebasing: target[..<count])) }
        }
    }

    /// A matrix `[outputs, inputs]` as the weights of a linear layer, read when they are packed.
    /// - Throws: `CheckpointError.malformedTensor` for integers, which are no weights here.
    public func layer() throws(CheckpointError) -> LayerSource {
        try checkIsFloatingPoint()
        return .floats(outputs: shape[0]) { rows, target in
            withRows(rows) { type.widen($0, into: target) }
        }
    }

    /// A matrix of int8 with a scale for each of its rows.
    /// - Throws: `CheckpointError.malformedTensor` where it holds another type.
    public func quantizedLayer(scales: [Float]) throws(CheckpointError) -> LayerSource {
        guard type == .int8, scales.count == shape[0] else {
            throw .malformedTensor(
                path: file.path, tensor: name, reason: "it holds \(type.rawValue) and has \(scales.count) scales, but quantized weights are I8 with one scale for each of their \(shape[0]) rows")
        }
        return .quantized(outputs: shape[0], scales: scales) { rows, target in
            withRows(rows) { _ = target.update(fromContentsOf: $0.bindMemory(to: Int8.self)) }
        }
    }

    /// The tensor's bytes as the file holds them.
    public func withBytes<Value, Failure>(_ body: (UnsafeRawBufferPointer) throws(Failure) -> Value) throws(Failure) -> Value {
        try file.withBytes { bytes throws(Failure) in try body(UnsafeRawBufferPointer(rebasing: bytes[range])) }
    }

    private func withRows(_ rows: Range<Int>, _ body: (UnsafeRawBufferPointer) -> Void) {
        let rowBytes = range.count / shape[0]
        let first = range.lowerBound + rows.lowerBound * rowBytes, last = range.lowerBound + rows.upperBound * rowBytes
        precondition(first >= range.lowerBound && last <= range.upperBound)
        file.withBytes { body(UnsafeRawBufferPointer(rebasing: $0[first..<last])) }
    }

    private func checkIsFloatingPoint() throws(CheckpointError) {
        guard type.isFloatingPoint else {
            throw .malformedTensor(
                path: file.path, tensor: name, reason: "it holds \(type.rawValue), but weights are F32, F16 or BF16")
        }
    }
}
