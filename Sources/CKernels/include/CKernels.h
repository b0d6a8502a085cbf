/// The row operations of a Transformer's forward pass, one pass over memory each.
///
/// Every function is compiled for AVX-512, AVX2 and the baseline, and the loader picks one by CPUID. All matrices are
/// row-major; a stride counts elements. Nothing allocates and nothing checks: `Tensors` does that at its door.
#ifndef ATTENDANT_CKERNELS_H
#define ATTENDANT_CKERNELS_H

#include <stddef.h>
#include <stdint.h>

typedef enum {
    ATTENDANT_IDENTITY = 0,
    ATTENDANT_GELU = 1,      // x Φ(x), by erf
    ATTENDANT_GELU_TANH = 2, // 0.5 x (1 + tanh(√(2/π) (x + 0.044715 x³)))
    ATTENDANT_RELU = 3,
    ATTENDANT_SILU = 4,      // x σ(x)
    ATTENDANT_TANH = 5,
} attendant_activation;

/// rows[r][c] = activation(rows[r][c] + bias[c])
void attendant_bias_activation(float *rows, size_t row_count, size_t columns, size_t stride, const float *bias,
                               attendant_activation activation);

/// rows[r] = LayerNorm(rows[r] + bias + residual[r]) * gamma + beta; bias and residual may be null.
void attendant_layer_norm(float *rows, size_t row_count, size_t columns, size_t stride, const float *bias,
                          const float *residual, size_t residual_stride, const float *gamma, const float *beta,
                          float epsilon);

/// rows[r] = softmax(scale * rows[r]), the maximum subtracted first.
void attendant_softmax(float *rows, size_t row_count, size_t columns, size_t stride, float scale);

/// sum[c] = a[c] + b[c] + c[c], the three rows of an embedding sum.
void attendant_add3(float *sum, const float *a, const float *b, const float *c, size_t columns);

/// 1 where no element is infinite or NaN, else 0.
int attendant_all_finite(const float *values, size_t count);

/// IEEE 754 binary16 to binary32, subnormals, infinities and NaN included. The source needs no alignment.
void attendant_float16_to_float32(const void *source, float *destination, size_t count);

/// bfloat16, the upper half of binary32. The source needs no alignment.
void attendant_bfloat16_to_float32(const void *source, float *destination, size_t count);

/// The x86-64 micro-architecture level of this CPU that the kernels have a clone for: 4 (AVX-512), 3 (AVX2 with FMA),
/// or 1; 0 on other architectures.
int attendant_x86_64_level(void);

#endif
