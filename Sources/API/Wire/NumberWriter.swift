import Tensors

/// Writes floats as JSON numbers, without a `String` or an encoder for each.
struct NumberWriter: Sendable {
    /// Digits after the point, 0 to 9; nil writes the shortest decimal that gives back the same binary32.
    let decimals: Int?

    init(decimals: Int?) {
        precondition(decimals.map { (0...9).contains($0) } ?? true)
        self.decimals = decimals
    }

    /// The values, each finite, with commas between. Rounding is half to even; trailing zeros are left out then, and so is the point of a whole
    /// number.
    func append(_ values: Span<Float>, to text: inout [UInt8]) {
        if let decimals {
            DecimalText.append(values, decimals: decimals, to: &text)
        } else {
            DecimalText.append(values, to: &text)
        }
    }

    func append(_ values: ArraySlice<Float>, to text: inout [UInt8]) { append(values.span, to: &text) }
}
