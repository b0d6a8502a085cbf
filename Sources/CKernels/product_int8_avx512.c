// u8 rows with s8 panels: VPDPBUSD multiplies four depths at once and adds the products to a 32-bit sum, which no depth below 2^16 can
// overflow.
#if defined(__x86_64__)
#include <immintrin.h>
#pragma clang attribute push(__attribute__((target("arch=x86-64-v4,avx512vnni"), min_vector_width(512))), apply_to = function)

#include "tile_avx512.h"
#include "products.h"

// sums[r] += input[r] weights, four depths.
INLINE void add_four(const int rows, const uint8_t *input, size_t input_stride, const char *panel, __m512i sums[TILE_ROWS][TILE_VECTORS]) {
    __m512i weights[TILE_VECTORS];
#pragma unroll
    for (int v = 0; v < TILE_VECTORS; v++) weights[v] = _mm512_loadu_si512(panel + 64 * v);
#pragma unroll
    for (int r = 0; r < rows; r++) {
        int32_t four;
        memcpy(&four, input + r * input_stride, sizeof four);
        __m512i x = _mm512_set1_epi32(four);
#pragma unroll
        for (int v = 0; v < TILE_VECTORS; v++) sums[r][v] = _mm512_dpbusd_epi32(sums[r][v], x, weights[v]);
    }
}

// A sum becomes (sum - zero of the row * sum of the column's weights) * scale of the row * scale of the column. A multiplication of 32 bits
// takes twice as long as one that adds two products of 16, so the column's sum goes in as 128 high + low.
INLINE void put_scaled_sums(const int rows, const attendant_product *p, const tile *t, const int adds, __m512i sums[TILE_ROWS][TILE_VECTORS]) {
    __m512i high_low[TILE_VECTORS];
#pragma unroll
    for (int v = 0; v < TILE_VECTORS; v++) {
        __m512i column_sums = _mm512_loadu_si512(p->weight_sums + t->column + LANES * v);
        __m512i low = _mm512_and_si512(column_sums, _mm512_set1_epi32(127));
        high_low[v] = _mm512_or_si512(_mm512_slli_epi32(_mm512_srai_epi32(column_sums, 7), 16), low);
    }
#pragma unroll
    for (int r = 0; r < rows; r++) {
        int32_t zero = p->input_zeros[t->row + r];
        __m512i negative_zeros = _mm512_set1_epi32((int32_t)((uint32_t)(-128 * zero) << 16 | (uint16_t)-zero));
        __m512 row_scale = _mm512_set1_ps(p->input_scales[t->row + r]);
#pragma unroll
        for (int v = 0; v < TILE_VECTORS; v++) {
            __m512 exact = _mm512_cvtepi32_ps(_mm512_dpwssd_epi32(sums[r][v], high_low[v], negative_zeros));
            __m512 scale = _mm512_mul_ps(row_scale, _mm512_loadu_ps(p->weight_scales + t->column + LANES * v));
            f32x16 bias;
            tile_bias(&t->store, v, &bias);
            f32x16 sum = (f32x16)_mm512_fmadd_ps(exact, scale, (__m512)bias);
            tile_put(&t->store, adds, r, v, &sum);
        }
    }
}

INLINE void product_int8_rows(const int rows, const attendant_product *p, const tile *t) {
    const uint8_t *input = (const uint8_t *)p->input + t->row * p->input_stride;
    size_t input_stride = p->input_stride, fours = (p->depth + 3) / 4, k = 0;
    __m512i sums[TILE_ROWS][TILE_VECTORS];
#pragma unroll
    for (int r = 0; r < rows; r++) {
#pragma unroll
        for (int v = 0; v < TILE_VECTORS; v++) sums[r][v] = _mm512_setzero_si512();
    }
    next_panel next = t->next;
    const char *panel = t->panel;
    for (; k + STEPS <= fours; k += STEPS) {
        fetch_ahead(&next);
#pragma unroll
        for (int step = 0; step < STEPS; step++) {
            add_four(rows, input + 4 * step, input_stride, panel, sums);
            panel += STEP_BYTES;
            AFTER(sums[0][0], panel);
        }
        input += 4 * STEPS;
    }
    for (; k < fours; k++, input += 4, panel += STEP_BYTES) add_four(rows, input, input_stride, panel, sums);
    if (t->store.residual) {
        put_scaled_sums(rows, p, t, 1, sums);
    } else {
        put_scaled_sums(rows, p, t, 0, sums);
    }
}

static void product_int8_tile(const attendant_product *p, const tile *t) {
#define TILE(R) product_int8_rows(R, p, t)
    WITH_CONSTANT_ROWS(t->rows, TILE)
#undef TILE
}

void attendant_product_int8_avx512_vnni(const attendant_product *p, size_t first_panel, size_t last_panel) {
    for_each_tile(p, first_panel, last_panel, TILE_ROWS, sizeof(int8_t), product_int8_tile);
}

#pragma clang attribute pop
#endif
