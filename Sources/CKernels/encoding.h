// f32 rows as u8. Included once for each instruction set.

typedef uint8_t u8x16 __attribute__((ext_vector_type(LANES)));

// Adding 1.5 * 2^23 leaves the nearest integer, ties to even, in the low bits of the sum.
INLINE void nearest_integers(const f32x16 *x, i32x16 *integers) {
    f32x16 shifted = *x + SPLAT(12582912.0f);
    memcpy(integers, &shifted, sizeof shifted);
    *integers -= (i32x16)0x4b400000;
}

INLINE void scaled_columns(const float *row, const float *factors, size_t column, size_t left, f32x16 *x) {
    if (left >= LANES) {
        *x = LOAD(row + column);
        if (factors) *x *= LOAD(factors + column);
    } else {
        *x = LOAD_TAIL(row + column, left, 0.0f);
        if (factors) *x *= LOAD_TAIL(factors + column, left, 0.0f);
    }
}

void KERNEL(attendant_encode_u8)(const float *rows, size_t row_count, size_t columns, size_t stride, const float *factors,
                                 uint8_t *encoded, size_t encoded_stride, float *scales, int32_t *zeros) {
    for (size_t r = 0; r < row_count; r++) {
        const float *row = rows + r * stride;
        // Zero is always among the values, so that it has a code of its own.
        f32x16 lowest = SPLAT(0.0f), highest = SPLAT(0.0f), poison = SPLAT(0.0f);
        for (size_t c = 0; c < columns; c += LANES) {
            f32x16 x;
            scaled_columns(row, factors, c, columns - c, &x);
            lowest = MIN(x, lowest);
            highest = MAX(x, highest);
            poison = FMA(x, SPLAT(0.0f), poison);
        }
        f32x16 negative = -lowest;
        float low = -horizontal_max(&negative), high = horizontal_max(&highest);
        float scale = (high - low) / 255.0f;
        // Any scale will do for a row of zeros.
        float inverse = scale > 0.0f ? 1.0f / scale : 0.0f;
        float zero = -low * inverse;
        int32_t whole_zero = (int32_t)(zero + 0.5f < 255.0f ? zero + 0.5f : 255.0f);
        // An infinity or NaN has no code, and must not vanish: it makes its whole row NaN.
        scales[r] = scale + horizontal_sum(&poison);
        zeros[r] = whole_zero;
        uint8_t *target = encoded + r * encoded_stride;
        size_t filled = (columns + 3) / 4 * 4;
        for (size_t c = 0; c < columns; c += LANES) {
            f32x16 x;
            scaled_columns(row, factors, c, columns - c, &x);
            x = MIN(MAX(FMA(x, SPLAT(inverse), SPLAT((float)whole_zero)), SPLAT(0.0f)), SPLAT(255.0f));
            i32x16 integers;
            nearest_integers(&x, &integers);
            u8x16 codes = __builtin_convertvector(integers, u8x16);
            if (filled - c >= LANES) {
                memcpy(target + c, &codes, LANES);
            } else {
                memcpy(target + c, &codes, filled - c);
            }
        }
    }
}
