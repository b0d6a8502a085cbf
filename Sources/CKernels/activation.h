// Pointwise functions.
#ifndef ATTENDANT_ACTIVATION_H
#define ATTENDANT_ACTIVATION_H

#include "CKernels.h"
#include "vector_math.h"

// count vectors, at most MOST_VECTORS.
INLINE void activate(f32x16 *x, const int count, attendant_activation activation) {
    switch (activation) {
    case ATTENDANT_IDENTITY:
        break;
    case ATTENDANT_GELU:
        gelu_into(x, count);
        break;
    case ATTENDANT_GELU_TANH:
        gelu_tanh_into(x, count);
        break;
    case ATTENDANT_RELU:
        for (int v = 0; v < count; v++) x[v] = (x[v] < SPLAT(0.0f)) ? SPLAT(0.0f) : x[v];
        break;
    case ATTENDANT_SILU:
        for (int v = 0; v < count; v++) {
            // e^(-|x|) never overflows; σ(x) is 1/(1+e) to the right of zero and e/(1+e) to its left.
            f32x16 e = -__builtin_elementwise_abs(x[v]);
            exp_into(&e);
            x[v] = x[v] * ((x[v] >= SPLAT(0.0f)) ? SPLAT(1.0f) : e) / (SPLAT(1.0f) + e);
        }
        break;
    case ATTENDANT_TANH:
        for (int v = 0; v < count; v++) tanh_into(&x[v]);
        break;
    }
}

// Three vectors of each of some rows, at most three.
INLINE void activate_block(float *rows, const int row_count, size_t stride, attendant_activation activation) {
    f32x16 x[MOST_VECTORS];
#pragma unroll
    for (int v = 0; v < 3 * row_count; v++) x[v] = LOAD(rows + v / 3 * stride + v % 3 * LANES);
    activate(x, 3 * row_count, activation);
#pragma unroll
    for (int v = 0; v < 3 * row_count; v++) STORE(rows + v / 3 * stride + v % 3 * LANES, x[v]);
}

INLINE void activate_columns(float *row, size_t columns, attendant_activation activation) {
    for (size_t c = 0; c < columns; c += LANES) {
        size_t left = columns - c, count = left < LANES ? left : LANES;
        f32x16 x = LOAD_TAIL(row + c, count, 0.0f);
        activate(&x, 1, activation);
        STORE_TAIL(row + c, x, count);
    }
}

// The choice is made once, so that the loops inside hold one function alone.
INLINE void activate_rows(float *rows, size_t row_count, size_t columns, size_t stride, attendant_activation activation) {
    size_t r = 0;
    switch (activation) {
#define ACTIVATE_WITH(KIND)                                                                                            \
    case KIND:                                                                                                         \
        if (columns == 3 * LANES) {                                                                                    \
            for (; r + 3 <= row_count; r += 3) activate_block(rows + r * stride, 3, stride, KIND);                     \
            for (; r < row_count; r++) activate_block(rows + r * stride, 1, stride, KIND);                             \
        }                                                                                                              \
        for (; r < row_count; r++) activate_columns(rows + r * stride, columns, KIND);                                 \
        break;
    case ATTENDANT_IDENTITY: break;
        ACTIVATE_WITH(ATTENDANT_GELU)
        ACTIVATE_WITH(ATTENDANT_GELU_TANH)
        ACTIVATE_WITH(ATTENDANT_RELU)
        ACTIVATE_WITH(ATTENDANT_SILU)
        ACTIVATE_WITH(ATTENDANT_TANH)
#undef ACTIVATE_WITH
    }
}

#endif
