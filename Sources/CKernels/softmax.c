#include "CKernels.h"
#include "vector_math.h"

#include <math.h>

CLONES
void attendant_softmax(float *rows, size_t row_count, size_t columns, size_t stride, float scale) {
    size_t whole = columns / LANES * LANES, rest = columns - whole;
    for (size_t r = 0; r < row_count; r++) {
        float *row = rows + r * stride;
        f32x16 maxima = SPLAT(-INFINITY);
        for (size_t c = 0; c < whole; c += LANES) maxima = MAX(maxima, LOAD(row + c));
        if (rest) maxima = MAX(maxima, LOAD_TAIL(row + whole, rest, -INFINITY));
        float offset = -scale * horizontal_max(&maxima);

        f32x16 sums = SPLAT(0.0f);
        for (size_t c = 0; c < whole; c += LANES) {
            f32x16 e = FMA(LOAD(row + c), SPLAT(scale), SPLAT(offset));
            exp_into(&e);
            STORE(row + c, e);
            sums += e;
        }
        if (rest) {
            f32x16 e = FMA(LOAD_TAIL(row + whole, rest, -INFINITY), SPLAT(scale), SPLAT(offset));
            exp_into(&e);
            STORE_TAIL(row + whole, e, rest);
            sums += e;
        }
        float inverse = 1.0f / horizontal_sum(&sums);
        for (size_t c = 0; c < whole; c += LANES) STORE(row + c, LOAD(row + c) * SPLAT(inverse));
        for (size_t c = whole; c < columns; c++) row[c] *= inverse;
    }
}

// An exponent of all ones is an infinity or a NaN.
CLONES
int attendant_all_finite(const float *values, size_t count) {
    uint32_t found = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t bits;
        memcpy(&bits, values + i, sizeof bits);
        found |= (bits & 0x7f800000u) == 0x7f800000u;
    }
    return !found;
}
