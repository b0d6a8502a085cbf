/// The characters that stand for bytes in byte-level vocabularies: the printing ones of Latin-1 for themselves,
/// the others, in order, from U+0100 on (GPT-2, Radford et al. 2019).
enum ByteAlphabet {
    /// By byte.
    static let scalars: [UInt32] = {
        var next: UInt32 = 0x100
        return (0...0xFF as ClosedRange<UInt32>).map { byte in
            switch byte {
            case 0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF: return byte
            default:
                defer { next += 1 }
                return next
            }
        }
    }()

    private static let bytes = [UInt32: UInt8](uniqueKeysWithValues: scalars.enumerated().map { ($1, UInt8($0)) })

    /// The byte that a character stands for; nil where it is not one of the alphabet.
    static func byte(for scalar: UInt32) -> UInt8? { bytes[scalar] }
}
