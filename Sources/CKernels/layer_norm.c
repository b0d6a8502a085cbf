#include "CKernels.h"
#include "vector_math.h"

#include <math.h>

// The sums read the row again and again, but a row is a few kilobytes and stays in the first cache: two passes for mean and variance are
// exact where one pass over squares would cancel.
INLINE void normalize(float *row, size_t columns, const f32x16 *sums, const float *gamma, const float *beta, float epsilon) {
    size_t whole = columns / LANES * LANES, rest = columns - whole;
    float mean = horizontal_sum(sums) / (float)columns;
    f32x16 squares = SPLAT(0.0f);
    for (size_t c = 0; c < whole; c += LANES) {
        f32x16 d = LOAD(row + c) - SPLAT(mean);
        squares = FMA(d, d, squares);
    }
    if (rest) {
        f32x16 d = LOAD_TAIL(row + whole, rest, mean) - SPLAT(mean);
        squares = FMA(d, d, squares);
    }
    float inverse = 1.0f / sqrtf(horizontal_sum(&squares) / (float)columns + epsilon);
    for (size_t c = 0; c < whole; c += LANES)
        STORE(row + c, FMA((LOAD(row + c) - SPLAT(mean)) * SPLAT(inverse), LOAD(gamma + c), LOAD(beta + c)));
    for (size_t c = whole; c < columns; c++) row[c] = (row[c] - mean) * inverse * gamma[c] + beta[c];
}

CLONES
void attendant_layer_norm(float *rows, size_t row_count, size_t columns, size_t stride, const float *gamma, const float *beta,
                          float epsilon) {
    size_t whole = columns / LANES * LANES, rest = columns - whole;
    for (size_t r = 0; r < row_count; r++) {
        float *row = rows + r * stride;
        f32x16 sums = SPLAT(0.0f);
        for (size_t c = 0; c < whole; c += LANES) sums += LOAD(row + c);
        if (rest) sums += LOAD_TAIL(row + whole, rest, 0.0f);
        normalize(row, columns, &sums, gamma, beta, epsilon);
    }
}

// LOAD of what may be missing.
#define LOAD_OR_ZERO(pointer, offset) ((pointer) ? LOAD((pointer) + (offset)) : SPLAT(0.0f))
#define TAIL_OR_ZERO(pointer, offset, count) ((pointer) ? LOAD_TAIL((pointer) + (offset), (count), 0.0f) : SPLAT(0.0f))

CLONES
void attendant_embedding(float *row, const float *a, const float *b, const float *c, size_t columns, const float *gamma,
                         const float *beta, float epsilon) {
    size_t whole = columns / LANES * LANES, rest = columns - whole;
    f32x16 sums = SPLAT(0.0f);
    for (size_t i = 0; i < whole; i += LANES) {
        f32x16 x = LOAD(a + i) + LOAD_OR_ZERO(b, i) + LOAD_OR_ZERO(c, i);
        STORE(row + i, x);
        sums += x;
    }
    if (rest) {
        f32x16 x = LOAD_TAIL(a + whole, rest, 0.0f) + TAIL_OR_ZERO(b, whole, rest) + TAIL_OR_ZERO(c, whole, rest);
        STORE_TAIL(row + whole, x, rest);
        sums += x;
    }
    normalize(row, columns, &sums, gamma, beta, epsilon);
}
