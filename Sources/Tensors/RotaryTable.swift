import CKernels
import Glibc

/// Rotary position embeddings (Su et al., arXiv 2104.09864): at position p the columns c and c + half of each head are turned together by the
/// angle `p / base^(2c / size)`, where half of `size` columns are.
public struct RotaryTable: Sendable {
    private let cosines: Table  // [positions, half]
    private let sines: Table  // [positions, half]
    public let positions: Int

    /// - Parameters:
    ///   - size: the columns of a head that are turned, its first ones; even.
    ///   - base: config.json's `rope_theta`.
    public init(positions: Int, size: Int, base: Float) {
        precondition(size > 0 && size % 2 == 0)
        self.positions = positions
        func table(_ function: (Float) -> Float) -> Table {
            Table(rows: positions, columns: size / 2) { target in
                for position in 0..<positions {
                    for column in 0..<size / 2 {
                        // In binary32 from here on, as the reference has it.
                        let frequency = 1 / powf(base, Float(2 * column) / Float(size))
                        target[position * (size / 2) + column] = function(Float(position) * frequency)
                    }
                }
            }
        }
        cosines = table(cosf)
        sines = table(sinf)
    }

    /// Turns the heads of one sequence's queries or keys, `[tokens, heads * headSize]`, the first token at position 0.
    public func rotate(_ rows: Rows, headSize: Int) {
        precondition(rows.count <= positions && rows.columns % headSize == 0 && 2 * cosines.columns <= headSize)
        guard rows.count > 0 else { return }
        defer { withExtendedLifetime((self, rows)) {} }
        attendant_rotate(
            rows.pointer, rows.count, rows.stride, rows.columns / headSize, headSize, cosines.columns, cosines.row(0), sines.row(0))
    }
}
