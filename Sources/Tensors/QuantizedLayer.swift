/// The weights of a linear layer as int8 `[outputs, inputs]` with a scale for each output.
public final class QuantizedLayer {
    private let weights: AlignedStorage<Int8>
    private let scales: AlignedStorage<Float>

    public init(_ source: LayerSource, inputs: Int) {
        weights = AlignedStorage(count: source.outputs * inputs)
        scales = AlignedStorage(count: source.outputs)
        source.quantized(0..<source.outputs, inputs: inputs, into: weights.elements, scales: scales.start)
    }

    public func withWeights<Failure>(_ body: (UnsafeRawBufferPointer) throws(Failure) -> Void) throws(Failure) {
        defer { withExtendedLifetime(self) {} }
        try body(UnsafeRawBufferPointer(weights.elements))
    }

    public func withScales<Failure>(_ body: (UnsafeRawBufferPointer) throws(Failure) -> Void) throws(Failure) {
        defer { withExtendedLifetime(self) {} }
        try body(UnsafeRawBufferPointer(scales.elements))
    }
}
