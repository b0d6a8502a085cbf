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
        guard type.isFloatingPoint else {
            throw .malformedTensor(
                path: file.path, tensor: name, reason: "it holds \(type.rawValue), but weights are F32, F16 or BF16")
        }
        file.withBytes { type.widen(UnsafeRawBufferPointer(rebasing: $0[range]), into: target) }
    }
}
