// bf16 rows with bf16 panels: VDPBF16PS multiplies two depths at once and adds both products to an f32 sum.
#if defined(__x86_64__)
#include <immintrin.h>
#pragma clang attribute push(__attribute__((target("arch=x86-64-v4,avx512bf16"), min_vector_width(512))), apply_to = function)

#include "tile_avx512.h"
#include "products.h"

// sums[r] += input[r] weights, two depths.
INLINE void add_pair(const int rows, const uint16_t *input, size_t input_stride, const char *panel, sum_block sums) {
    __m512bh weights[TILE_VECTORS];
#pragma unroll
    for (int v = 0; v < TILE_VECTORS; v++) weights[v] = (__m512bh)_mm512_loadu_si512(panel + 64 * v);
#pragma unroll
    for (int r = 0; r < rows; r++) {
        int32_t pair;
        memcpy(&pair, input + r * input_stride, sizeof pair);
        __m512bh x = (__m512bh)_mm512_set1_epi32(pair);
#pragma unroll
        for (int v = 0; v < TILE_VECTORS; v++) sums[r][v] = (f32x16)_mm512_dpbf16_ps((__m512)sums[r][v], x, weights[v]);
    }
}

INLINE void product_bf16_rows(const int rows, const attendant_product *p, const tile *t) {
    const uint16_t *input = (const uint16_t *)p->input + t->row * p->input_stride;
    size_t input_stride = p->input_stride, pairs = (p->depth + 1) / 2, k = 0;
    sum_block sums;
    begin_sums(rows, TILE_VECTORS, &t->store, sums);
    next_panel next = t->next;
    const char *panel = t->panel;
    for (; k + STEPS <= pairs; k += STEPS) {
        fetch_ahead(&next);
#pragma unroll
        for (int step = 0; step < STEPS; step++) {
            add_pair(rows, input + 2 * step, input_stride, panel, sums);
            panel += STEP_BYTES;
            AFTER(sums[0][0], panel);
        }
        input += 2 * STEPS;
    }
    for (; k < pairs; k++, input += 2, panel += STEP_BYTES) add_pair(rows, input, input_stride, panel, sums);
    put_sums(rows, TILE_VECTORS, &t->store, sums);
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
            // The partner of an odd last column is multiplied with a zero, so it must be a number; behind an even one there may be no room.
            __mmask16 partner = columns % 2 == 1 ? (__mmask16)(mask << 1) : 0;
            _mm256_mask_storeu_epi16(target + c, mask | partner, (__m256i)narrow);
        }
    }
}

#pragma clang attribute pop
#endif
