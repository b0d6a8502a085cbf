import CKernels
import COpenBLAS
import Glibc

/// OpenBLAS, prepared once: single-threaded calls (our workers are the threads) with the kernels that fit the CPU.
enum BLAS {
    /// Runs the preparation once, at its first use.
    private static let prepared: Void = {
        openblas_set_num_threads(1)
        if getenv(coreTypeVariable) == nil, let better = betterCore(than: currentCore) {
            // OpenBLAS reads the variable when it is loaded, before main, so the choice is repeated. This runs once,
            // while the first model loads, and no other thread reads the environment then.
            setenv(coreTypeVariable, better, 1)
            gotoblas_dynamic_quit()
            gotoblas_dynamic_init()
        }
    }()

    private static let coreTypeVariable = "OPENBLAS_CORETYPE"

    private static var currentCore: String {
        openblas_get_corename().map { String(cString: $0) } ?? "unknown"
    }

    /// Debian's 0.3.21 knows CPUs by model number and takes newer ones for much older ones: Sapphire Rapids for
    /// Prescott (a fifth of the speed), Zen 5 for Haswell (half). What the CPU can do decides instead.
    static func betterCore(than core: String, level: Int32 = attendant_x86_64_level()) -> String? {
        switch level {
        case 4 where !["SkylakeX", "Cooperlake", "SapphireRapids"].contains(core): "SkylakeX"
        case 3 where !["Haswell", "Zen", "Excavator"].contains(core): "Haswell"
        default: nil
        }
    }

    enum Transposition { case no, yes }

    /// `c[m,n] = a[m,k] · b[k,n]`, or `a · bᵀ` with `b[n,k]`. Strides count elements between rows.
    /// The callers have checked that every row is inside its storage.
    static func multiply(
        rows m: Int, columns n: Int, depth k: Int,
        _ a: UnsafePointer<Float>, stride aStride: Int,
        _ b: UnsafePointer<Float>, stride bStride: Int, transposed: Transposition,
        into c: UnsafeMutablePointer<Float>, stride cStride: Int
    ) {
        prepared
        cblas_sgemm(
            CblasRowMajor, CblasNoTrans, transposed == .yes ? CblasTrans : CblasNoTrans,
            Int32(m), Int32(n), Int32(k), 1, a, Int32(aStride), b, Int32(bStride), 0, c, Int32(cStride))
    }
}
