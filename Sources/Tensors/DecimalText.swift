import CKernels

/// Numbers as decimal text, which JSON takes as it is.
public enum DecimalText {
    /// Writes finite numbers with commas between, each as the shortest decimal that gives back the same binary32: `0.0`, `-0.25`, `1.5e-7`.
    public static func append(_ values: Span<Float>, to text: inout [UInt8]) {
        append(values, to: &text) { attendant_write_shortest($0, $1, $2) }
    }

    /// Writes finite numbers with commas between, each rounded half to even to `decimals` digits behind the point, 0 to 9. Zeros at the end are
    /// left out, and so is the point of a whole number.
    public static func append(_ values: Span<Float>, decimals: Int, to text: inout [UInt8]) {
        precondition((0...9).contains(decimals))
        append(values, to: &text) { attendant_write_rounded($0, $1, UInt32(decimals), $2) }
    }

    /// Numbers that are written before their text is copied: both stay in the nearest cache.
    private static let blockCount = 512

    private static func append(
        _ values: Span<Float>, to text: inout [UInt8], _ write: (UnsafePointer<Float>, Int, UnsafeMutablePointer<UInt8>) -> Int
    ) {
        let most = min(values.count, blockCount)
        values.withUnsafeBufferPointer { values in
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: most * Int(ATTENDANT_DECIMAL_BYTES)) { block in
                for start in stride(from: 0, to: values.count, by: blockCount) {
                    if start > 0 { text.append(UInt8(ascii: ",")) }
                    let length = write(values.baseAddress! + start, min(blockCount, values.count - start), block.baseAddress!)
                    text.append(contentsOf: UnsafeBufferPointer(rebasing: block[..<length]))
                }
            }
        }
    }
}
