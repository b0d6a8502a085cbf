/// Writes floats as JSON numbers, without a `String` or an encoder for each.
struct NumberWriter: Sendable {
    /// Digits after the point, 0 to 9; nil writes the shortest decimal that gives back the same binary32.
    let decimals: Int?
    private let scale: Double

    init(decimals: Int?) {
        precondition(decimals.map { (0...9).contains($0) } ?? true)
        self.decimals = decimals
        scale = (0..<(decimals ?? 0)).reduce(1) { power, _ in power * 10 }
    }

    /// The values, each finite, with commas between.
    func append(_ values: ArraySlice<Float>, to text: inout [UInt8]) {
        for (index, value) in zip(values.indices, values) {
            if index > values.startIndex { text.append(UInt8(ascii: ",")) }
            if decimals == nil {
                text.append(contentsOf: value.description.utf8)
            } else {
                appendRounded(value, to: &text)
            }
        }
    }

    /// Rounds half to even; trailing zeros are left out, and so is the point of a whole number.
    private func appendRounded(_ value: Float, to text: inout [UInt8]) {
        let scaled = (Double(value) * scale).rounded(.toNearestOrEven)
        // Beyond 2^53 a binary32 is a whole number, and rounding changes nothing.
        guard scaled.magnitude < 0x1p53 else {
            text.append(contentsOf: value.description.utf8)
            return
        }
        if scaled < 0 { text.append(UInt8(ascii: "-")) }
        let (whole, fraction) = UInt64(scaled.magnitude).quotientAndRemainder(dividingBy: UInt64(scale))
        text.append(contentsOf: String(whole).utf8)
        guard fraction > 0 else { return }
        text.append(UInt8(ascii: "."))
        var rest = fraction, unit = UInt64(scale) / 10
        while rest > 0 {
            text.append(UInt8(ascii: "0") + UInt8(rest / unit))
            rest %= unit
            unit /= 10
        }
    }
}
