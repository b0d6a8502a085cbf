import CKernels

/// A pointwise function after a linear layer.
public enum Activation: Sendable, Equatable {
    case identity
    /// Gaussian Error Linear Units (Hendrycks and Gimpel, arXiv 1606.08415), exact: `x Φ(x)`.
    case gelu
    /// The tanh approximation of the same paper, section 2.
    case geluTanh
    case relu
    /// `x σ(x)` (Elfwing et al., arXiv 1702.03118).
    case silu
    case tanh

    var kernel: attendant_activation {
        switch self {
        case .identity: ATTENDANT_IDENTITY
        case .gelu: ATTENDANT_GELU
        case .geluTanh: ATTENDANT_GELU_TANH
        case .relu: ATTENDANT_RELU
        case .silu: ATTENDANT_SILU
        case .tanh: ATTENDANT_TANH
        }
    }
}
