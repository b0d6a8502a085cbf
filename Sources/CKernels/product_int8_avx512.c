// u8 rows with s8 panels: VPDPBUSD multiplies four depths at once and adds the products to a 32-bit sum, which no depth below 2^16 can
// overflow.
#if defined(__x86_64__)
#include <immintrin.h>
#pragma clang attribute push(__attribute__((target("arch=x86-64-v4,avx512vnni"), min_vector_width(512))), apply_to = function)

#define TILE_ROWS 14
#include "products.h"

// sums[r][c] becomes (sums - zero[r] Σ weights[c]) scale[r] scale[c].
typedef struct {
    const float *input_scales;
    const int32_t *input_zeros;
    const float *weight_scales;
    const int32_t *weight_sums;
} tile_scales;

INLINE void product_int8_tile(const int rows, const uint8_t *input, size_t input_stride, const int8_t *panel, size_t fours,
                              const int8_t *ahead, const tile_scales *scales, const tile_store *store) {
    __m512i sums[TILE_ROWS][2];
#pragma unroll
    for (int r = 0; r < rows; r++) sums[r][0] = sums[r][1] = _mm512_setzero_si512();
    for (size_t k = 0; k < fours; k++) {
        __m512i w0 = _mm512_loadu_si512(panel + k * 4 * PANEL), w1 = _mm512_loadu_si512(panel + k * 4 * PANEL + 2 * PANEL);
        if (ahead) {
            __builtin_prefetch(ahead + k * 4 * PANEL, 0, 2);
            __builtin_prefetch(ahead + k * 4 * PANEL + 2 * PANEL, 0, 2);
        }
#pragma unroll
        for (int r = 0; r < rows; r++) {
            int32_t four;
            memcpy(&four, input + r * input_stride + 4 * k, sizeof four);
            __m512i x = _mm512_set1_epi32(four);
            sums[r][0] = _mm512_dpbusd_epi32(sums[r][0], x, w0);
            sums[r][1] = _mm512_dpbusd_epi32(sums[r][1], x, w1);
        }
    }
#pragma unroll
    for (int v = 0; v < 2; v++) {
        __m512 column_scales = _mm512_loadu_ps(scales->weight_scales + LANES * v);
        __m512i column_sums = _mm512_loadu_si512(scales->weight_sums + LANES * v);
        f32x16 bias;
        tile_bias(store, v, &bias);
#pragma unroll
        for (int r = 0; r < rows; r++) {
            __m512i shift = _mm512_mullo_epi32(_mm512_set1_epi32(scales->input_zeros[r]), column_sums);
            __m512 exact = _mm512_cvtepi32_ps(_mm512_sub_epi32(sums[r][v], shift));
            __m512 scale = _mm512_mul_ps(_mm512_set1_ps(scales->input_scales[r]), column_scales);
            f32x16 sum = (f32x16)_mm512_fmadd_ps(exact, scale, (__m512)bias);
            tile_put(store, r, v, &sum);
        }
    }
}

static void product_int8_rows(size_t rows, const uint8_t *input, size_t input_stride, const int8_t *panel, size_t fours,
                              const int8_t *ahead, const tile_scales *scales, const tile_store *store) {
#define TILE(R) product_int8_tile(R, input, input_stride, panel, fours, ahead, scales, store)
    WITH_CONSTANT_ROWS(rows, TILE)
#undef TILE
}

void attendant_product_int8_avx512_vnni(const attendant_product *p, size_t first_panel, size_t last_panel) {
    size_t tiles = tile_count(p->rows, TILE_ROWS), fours = (p->depth + 3) / 4;
    for (size_t n = first_panel; n < last_panel; n++) {
        size_t column = n * PANEL;
        const int8_t *panel = (const int8_t *)p->panels + n * p->panel_stride;
        for (size_t t = 0; t < tiles; t++) {
            size_t row = p->rows * t / tiles, rows = p->rows * (t + 1) / tiles - row;
            const uint8_t *input = (const uint8_t *)p->input + row * p->input_stride;
            const int8_t *ahead = t + 1 == tiles && n + 1 < last_panel ? panel + p->panel_stride : NULL;
            tile_scales scales = {p->input_scales + row, p->input_zeros + row, p->weight_scales + column, p->weight_sums + column};
            if (column + PANEL <= p->columns) {
                tile_store store = store_at(p, row, column);
                product_int8_rows(rows, input, p->input_stride, panel, fours, ahead, &scales, &store);
            } else {
                float edge[EDGE_FLOATS];
                tile_store store = {.product = edge, .product_stride = PANEL};
                product_int8_rows(rows, input, p->input_stride, panel, fours, ahead, &scales, &store);
                copy_edge(p, row, rows, column, edge);
            }
            activate_tile(p, row, rows, column);
        }
    }
}

#pragma clang attribute pop
#endif
