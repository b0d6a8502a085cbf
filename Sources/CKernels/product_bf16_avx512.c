// bf16 rows with bf16 panels: VDPBF16PS multiplies two depths at once and adds both products to an f32 sum.
#if defined(__x86_64__)
#include <immintrin.h>
#pragma clang attribute push(__attribute__((target("arch=x86-64-v4,avx512bf16"), min_vector_width(512))), apply_to = function)

#define TILE_ROWS 14
#include "products.h"

INLINE void product_bf16_rows(const int rows, const attendant_product *p, const tile *t) {
    const uint16_t *input = (const uint16_t *)p->input + t->row * p->input_stride;
    size_t input_stride = p->input_stride, pairs = (p->depth + 1) / 2;
    f32x16 sums[TILE_ROWS][2];
#pragma unroll
    for (int r = 0; r < rows; r++) {
        tile_bias(&t->store, 0, &sums[r][0]);
        tile_bias(&t->store, 1, &sums[r][1]);
    }
    for (size_t k = 0; k < pairs; k++) {
        const char *panel = t->panel + k * STEP_BYTES;
        __m512bh w0 = (__m512bh)_mm512_loadu_si512(panel), w1 = (__m512bh)_mm512_loadu_si512(panel + 64);
        fetch_ahead(t, panel, STEP_BYTES, k, 0);
        fetch_ahead(t, panel + 64, STEP_BYTES, k, 1);
#pragma unroll
        for (int r = 0; r < rows; r++) {
            int32_t pair;
            memcpy(&pair, input + r * input_stride + 2 * k, sizeof pair);
            __m512bh x = (__m512bh)_mm512_set1_epi32(pair);
            sums[r][0] = (f32x16)_mm512_dpbf16_ps((__m512)sums[r][0], x, w0);
            sums[r][1] = (f32x16)_mm512_dpbf16_ps((__m512)sums[r][1], x, w1);
        }
    }
#pragma unroll
    for (int r = 0; r < rows; r++) {
        tile_put(&t->store, r, 0, &sums[r][0]);
        tile_put(&t->store, r, 1, &sums[r][1]);
    }
}

static void product_bf16_tile(const attendant_product *p, const tile *t) {
#define TILE(R) product_bf16_rows(R, p, t)
    WITH_CONSTANT_ROWS(t->rows, TILE)
#undef TILE
}

void attendant_product_bf16_avx512(const attendant_product *p, size_t first_panel, size_t last_panel) {
    for_each_tile(p, first_panel, last_panel, TILE_ROWS, sizeof(uint16_t), product_bf16_tile);
}

void attendant_encode_bf16_avx512(const float *rows, size_t row_count, size_t columns, size_t stride, uint16_t *encoded,
                                  size_t encoded_stride) {
    for (size_t r = 0; r < row_count; r++) {
        const float *row = rows + r * stride;
        uint16_t *target = encoded + r * encoded_stride;
        for (size_t c = 0; c < columns; c += LANES) {
            size_t left = columns - c;
            __mmask16 mask = left >= LANES ? 0xffff : (__mmask16)((1u << left) - 1);
            __m256bh narrow = _mm512_cvtneps_pbh(_mm512_maskz_loadu_ps(mask, row + c));
            // The partner of an odd last column is multiplied with a zero, so it must be a number.
            _mm256_mask_storeu_epi16(target + c, (__mmask16)(mask | mask << 1), (__m256i)narrow);
        }
    }
}

#pragma clang attribute pop
#endif
