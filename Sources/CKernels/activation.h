// Pointwise functions of sixteen floats.
#ifndef ATTENDANT_ACTIVATION_H
#define ATTENDANT_ACTIVATION_H

#include "CKernels.h"
#include "vector_math.h"

INLINE void activate(f32x16 *x, attendant_activation activation) {
    f32x16 in = *x;
    switch (activation) {
    case ATTENDANT_IDENTITY:
        break;
    case ATTENDANT_GELU: {
        f32x16 y = in * SPLAT(0.70710678f);
        erf_into(&y);
        *x = SPLAT(0.5f) * in * (SPLAT(1.0f) + y);
        break;
    }
    case ATTENDANT_GELU_TANH: {
        f32x16 y = SPLAT(0.79788456f) * FMA(in * in * in, SPLAT(0.044715f), in);
        tanh_into(&y);
        *x = SPLAT(0.5f) * in * (SPLAT(1.0f) + y);
        break;
    }
    case ATTENDANT_RELU:
        *x = (in < SPLAT(0.0f)) ? SPLAT(0.0f) : in;
        break;
    case ATTENDANT_SILU: {
        // e^(-|x|) never overflows; σ(x) is 1/(1+e) to the right of zero and e/(1+e) to its left.
        f32x16 e = -__builtin_elementwise_abs(in);
        exp_into(&e);
        *x = in * ((in >= SPLAT(0.0f)) ? SPLAT(1.0f) : e) / (SPLAT(1.0f) + e);
        break;
    }
    case ATTENDANT_TANH:
        tanh_into(x);
        break;
    }
}

// The choice is made once a row, so that the loop inside holds one function alone.
INLINE void activate_row(float *row, size_t columns, attendant_activation activation) {
    size_t whole = columns / LANES * LANES, rest = columns - whole;
    switch (activation) {
#define ACTIVATE_WITH(KIND)                                                                                            \
    case KIND:                                                                                                         \
        for (size_t c = 0; c < whole; c += LANES) {                                                                    \
            f32x16 x = LOAD(row + c);                                                                                  \
            activate(&x, KIND);                                                                                        \
            STORE(row + c, x);                                                                                         \
        }                                                                                                              \
        if (rest) {                                                                                                    \
            f32x16 x = LOAD_TAIL(row + whole, rest, 0.0f);                                                             \
            activate(&x, KIND);                                                                                        \
            STORE_TAIL(row + whole, x, rest);                                                                          \
        }                                                                                                              \
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
