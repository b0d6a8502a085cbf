import CKernels

/// What the weights of linear layers are kept and multiplied as; everything else is f32.
public enum DType: String, Sendable, CaseIterable {
    case f32
    /// 8 bits of exponent and 7 of fraction; products are summed in f32.
    case bf16
    /// Weights with a scale for each output, activations with a scale and a zero for each row; products are summed exactly.
    case int8

    /// bf16 where the CPU has instructions for it, f32 elsewhere.
    public static var automatic: DType { attendant_has_avx512_bf16() == 1 ? .bf16 : .f32 }
}
