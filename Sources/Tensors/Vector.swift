/// An immutable row of parameters: a bias, or the gain or offset of a LayerNorm.
///
/// Sendable although its storage is a pointer: nothing writes to it after `init` has returned.
public struct Vector: @unchecked Sendable {
    private let storage: AlignedStorage<Float>

    public var count: Int { storage.count }
    var pointer: UnsafePointer<Float> { UnsafePointer(storage.start) }

    /// A vector of `count` floats written by `fill`, which must write every one.
    public init<Failure>(
        count: Int, fill: (UnsafeMutableBufferPointer<Float>) throws(Failure) -> Void
    ) throws(Failure) {
        storage = AlignedStorage<Float>(count: count)
        try fill(storage.elements)
    }

    public init(_ values: [Float]) {
        self.init(count: values.count) { _ = $0.update(fromContentsOf: values) }
    }

    /// The vectors one after the other.
    public init(concatenating parts: [Vector]) {
        self.init(count: parts.reduce(0) { $0 + $1.count }) { target in
            var start = 0
            for part in parts {
                _ = target[start...].update(fromContentsOf: part.storage.elements)
                start += part.count
            }
        }
    }

    public var values: [Float] { Array(storage.elements) }
}
