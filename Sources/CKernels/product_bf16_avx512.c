// bf16 rows with bf16 panels: VDPBF16PS multiplies two depths at once and adds both products to an f32 sum.
#if defined(__x86_64__)
#include <immintrin.h>
#pragma clang attribute push(__attribute__((target("arch=x86-64-v4,avx512bf16"), min_vector_width(512))), apply_to = function)

#define TILE_ROWS 14
#include "products.h"

INLINE void product_bf16_tile(const int rows, const uint16_t *input, size_t input_stride, const uint16_t *panel, size_t pairs,
                              const uint16_t *ahead, const tile_store *store) {
    f32x16 sums[TILE_ROWS][2];
#pragma unroll
    for (int r = 0; r < rows; r++) {
        tile_bias(store, 0, &sums[r][0]);
        tile_bias(store, 1, &sums[r][1]);
    }
    for (size_t k = 0; k < pairs; k++) {
        __m512bh w0 = (__m512bh)_mm512_loadu_si512(panel + k * 2 * PANEL);
        __m512bh w1 = (__m512bh)_mm512_loadu_si512(panel + k * 2 * PANEL + PANEL);
        if (ahead) {
            __builtin_prefetch(ahead + k * 2 * PANEL, 0, 2);
            __builtin_prefetch(ahead + k * 2 * PANEL + PANEL, 0, 2);
        }
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
        tile_put(store, r, 0, &sums[r][0]);
        tile_put(store, r, 1, &sums[r][1]);
    }
}

static void product_bf16_rows(size_t rows, const uint16_t *input, size_t input_stride, const uint16_t *panel, size_t pairs,
                              const uint16_t *ahead, const tile_store *store) {
#define TILE(R) product_bf16_tile(R, input, input_stride, panel, pairs, ahead, store)
    WITH_CONSTANT_ROWS(rows, TILE)
#undef TILE
}

void attendant_product_bf16_avx512(const attendant_product *p, size_t first_panel, size_t last_panel) {
    size_t tiles = tile_count(p->rows, TILE_ROWS), pairs = (p->depth + 1) / 2;
    for (size_t n = first_panel; n < last_panel; n++) {
        size_t column = n * PANEL;
        const uint16_t *panel = (const uint16_t *)p->panels + n * p->panel_stride;
        for (size_t t = 0; t < tiles; t++) {
            size_t row = p->rows * t / tiles, rows = p->rows * (t + 1) / tiles - row;
            const uint16_t *input = (const uint16_t *)p->input + row * p->input_stride;
            const uint16_t *ahead = t + 1 == tiles && n + 1 < last_panel ? panel + p->panel_stride : NULL;
            if (column + PANEL <= p->columns) {
                tile_store store = store_at(p, row, column);
                product_bf16_rows(rows, input, p->input_stride, panel, pairs, ahead, &store);
            } else {
                float edge[EDGE_FLOATS];
                tile_store store = {.product = edge, .product_stride = PANEL};
                product_bf16_rows(rows, input, p->input_stride, panel, pairs, ahead, &store);
                copy_edge(p, row, rows, column, edge);
            }
            activate_tile(p, row, rows, column);
        }
    }
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
