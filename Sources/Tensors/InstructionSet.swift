import CKernels
import Glibc

/// A family of kernels, of which the CPU has some.
public enum InstructionSet: String, Sendable, CaseIterable {
    /// The compiler's baseline for the architecture; products of f32 are OpenBLAS's.
    case portable
    case avx2
    case avx512

    /// Those that this CPU can run, the slowest first.
    public static let available: [InstructionSet] = allCases.filter { $0.loadKernels() != nil }

    /// The best that the CPU has, or the one that the environment's ATTENDANT_INSTRUCTION_SET names.
    public static let preferred: InstructionSet = {
        let name = getenv("ATTENDANT_INSTRUCTION_SET").map { String(cString: $0) }
        return name.flatMap(InstructionSet.init(rawValue:)).flatMap { available.contains($0) ? $0 : nil } ?? available.last!
    }()

    var kernels: Kernels { Kernels.loaded[self]! }

    fileprivate func loadKernels() -> attendant_kernels? {
        var kernels = attendant_kernels()
        let set =
            switch self {
            case .portable: ATTENDANT_PORTABLE
            case .avx2: ATTENDANT_AVX2
            case .avx512: ATTENDANT_AVX512
            }
        return attendant_kernels_for(set, &kernels) == 1 ? kernels : nil
    }
}

/// The functions of an instruction set.
///
/// Sendable although C functions are pointers: they are constants of the program.
struct Kernels: @unchecked Sendable {
    typealias Product = @convention(c) (UnsafePointer<attendant_product>?, Int, Int) -> Void

    let instructionSet: InstructionSet
    private let functions: attendant_kernels
    /// Whether pairs of bf16 are multiplied where the CPU has an instruction for it, or widened to f32: the faster of the two. Tests set it.
    var multipliesPairs = attendant_bf16_products_are_fast() == 1

    private init(instructionSet: InstructionSet, functions: attendant_kernels) {
        self.instructionSet = instructionSet
        self.functions = functions
    }

    static let loaded: [InstructionSet: Kernels] = InstructionSet.available.reduce(into: [:]) {
        $0[$1] = Kernels(instructionSet: $1, functions: $1.loadKernels()!)
    }

    /// Nil where OpenBLAS multiplies instead.
    var productF32: Product? { instructionSet == .portable ? nil : functions.product_f32 }
    var productWidened: Product { functions.product_widened! }
    /// Nil where pairs of bf16 are not multiplied.
    var productBF16: Product? { multipliesPairs ? functions.product_bf16 : nil }
    var productInt8: Product { functions.product_int8! }
    var attention: @convention(c) (UnsafePointer<attendant_attention_heads>?, Int, Int, UnsafeMutablePointer<Float>?) -> Void { functions.attention! }
    var encodeBF16: @convention(c) (UnsafePointer<Float>?, Int, Int, Int, UnsafeMutablePointer<UInt16>?, Int) -> Void { functions.encode_bf16! }
    var encodeU8: @convention(c) (
        UnsafePointer<Float>?, Int, Int, Int, UnsafeMutablePointer<UInt8>?, Int, UnsafeMutablePointer<Float>?, UnsafeMutablePointer<Int32>?
    ) -> Void { functions.encode_u8! }
}
