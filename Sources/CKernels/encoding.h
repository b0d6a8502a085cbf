// f32 rows as u8. Included once for each instruction set.

typedef uint8_t u8x16 __attribute__((ext_vector_type(LANES)));

// What a row's values need to be known of.
typedef struct {
    f32x16 lowest, highest;
    f32x16 poison; // zero times each value: zero, or NaN where one is infinite or NaN
} value_range;

INLINE void widen_range(const f32x16 *x, value_range *range) {
    range->lowest = MIN(*x, range->lowest);
    range->highest = MAX(*x, range->highest);
    range->poison = FMA(*x, SPLAT(0.0f), range->poison);
}

INLINE void codes_of(const f32x16 *x, float inverse, float zero, u8x16 *codes) {
    f32x16 scaled = MIN(MAX(FMA(*x, SPLAT(inverse), SPLAT(zero)), SPLAT(0.0f)), SPLAT(255.0f));
    // Adding 1.5 * 2^23 leaves the nearest integer, ties to even, in the low bits of the sum.
    f32x16 shifted = scaled + SPLAT(12582912.0f);
    i32x16 integers;
    memcpy(&integers, &shifted, sizeof integers);
    *codes = __builtin_convertvector(integers & 255, u8x16);
}

// The scale and zero of a row.
INLINE void measure_row(const float *row, size_t columns, float *scale, int32_t *zero) {
    size_t whole = columns / LANES * LANES, rest = columns - whole, c = 0;
    // Zero is always among the values, so that it has a code of its own.
    value_range even = {SPLAT(0.0f), SPLAT(0.0f), SPLAT(0.0f)}, odd = even;
    f32x16 x;
    for (; c + 2 * LANES <= whole; c += 2 * LANES) {
        x = LOAD(row + c);
        widen_range(&x, &even);
        x = LOAD(row + c + LANES);
        widen_range(&x, &odd);
    }
    if (c < whole) {
        x = LOAD(row + c);
        widen_range(&x, &even);
    }
    if (rest) {
        x = LOAD_TAIL(row + whole, rest, 0.0f);
        widen_range(&x, &odd);
    }
    f32x16 negative = -MIN(even.lowest, odd.lowest), highest = MAX(even.highest, odd.highest), poison = even.poison + odd.poison;
    float low = -horizontal_max(&negative), high = horizontal_max(&highest);
    float step = (high - low) / 255.0f, codes_below = step > 0.0f ? -low / step : 0.0f;
    *zero = (int32_t)(codes_below + 0.5f < 255.0f ? codes_below + 0.5f : 255.0f);
    // An infinity or NaN has no code, and must not vanish: it makes its whole row NaN.
    *scale = step + horizontal_sum(&poison);
}

INLINE void encode_row(const float *row, size_t columns, float scale, float zero, uint8_t *encoded) {
    size_t whole = columns / LANES * LANES, rest = columns - whole;
    float inverse = scale > 0.0f ? 1.0f / scale : 0.0f;
    f32x16 x;
    u8x16 codes;
    for (size_t c = 0; c < whole; c += LANES) {
        x = LOAD(row + c);
        codes_of(&x, inverse, zero, &codes);
        memcpy(encoded + c, &codes, sizeof codes);
    }
    if (rest) {
        x = LOAD_TAIL(row + whole, rest, 0.0f);
        codes_of(&x, inverse, zero, &codes);
        memcpy(encoded + whole, &codes, (rest + 3) / 4 * 4);
    }
}

void KERNEL(attendant_encode_u8)(const float *rows, size_t row_count, size_t columns, size_t stride, uint8_t *encoded,
                                 size_t encoded_stride, float *scales, int32_t *zeros) {
    // Some rows are measured before the first of them is encoded, which would else wait for its scale, a long chain of steps.
    const size_t block = 8;
    for (size_t first = 0; first < row_count; first += block) {
        size_t end = first + block < row_count ? first + block : row_count;
        for (size_t r = first; r < end; r++) measure_row(rows + r * stride, columns, scales + r, zeros + r);
        for (size_t r = first; r < end; r++) {
            encode_row(rows + r * stride, columns, scales[r], (float)zeros[r], encoded + r * encoded_stride);
        }
    }
}
