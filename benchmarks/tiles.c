// How fast tiles of different shapes multiply when all they read is in the caches: what a core gives to a product at best, and what is left
// of it while another thread of the same core is busy. AVX-512; one line for each shape, with the slow, the middle and the fast runs.
//
//     scripts/bench tiles
#include <immintrin.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#pragma clang attribute push(__attribute__((target("arch=x86-64-v4"), min_vector_width(512))), apply_to = function)

enum { DEPTH = 384, STRIDE = 400, ROWS = 84, PANELS = 8, ROUNDS = 60 };

typedef void tile(const float *input, const float *panel, float *product);

// ROWS x VECTORS sums; each step of the depth loads VECTORS vectors of weights and one number of each row.
#define TILE(rows, vectors)                                                                                            \
    static void tile_##rows##x##vectors(const float *input, const float *panel, float *product) {                      \
        __m512 sums[rows][vectors] = {0};                                                                              \
        _Pragma("clang loop unroll_count(4)") for (int k = 0; k < DEPTH; k++) {                                        \
            __m512 weights[vectors];                                                                                   \
            _Pragma("unroll") for (int v = 0; v < vectors; v++) weights[v] = _mm512_loadu_ps(panel + (k * vectors + v) * 16); \
            _Pragma("unroll") for (int r = 0; r < rows; r++) {                                                         \
                __m512 x = _mm512_set1_ps(input[r * STRIDE + k]);                                                      \
                _Pragma("unroll") for (int v = 0; v < vectors; v++) sums[r][v] = _mm512_fmadd_ps(x, weights[v], sums[r][v]); \
            }                                                                                                          \
        }                                                                                                              \
        for (int r = 0; r < rows; r++) {                                                                               \
            for (int v = 0; v < vectors; v++) _mm512_storeu_ps(product + r * STRIDE + v * 16, sums[r][v]);             \
        }                                                                                                              \
    }
TILE(9, 3)
TILE(6, 4)
TILE(5, 5)

// Without unrolling, which would move these sums out of the registers.
static void tile_14x2(const float *input, const float *panel, float *product) {
    __m512 sums[14][2] = {0};
#pragma clang loop unroll(disable)
    for (int k = 0; k < DEPTH; k++) {
        __m512 first = _mm512_loadu_ps(panel + k * 32), second = _mm512_loadu_ps(panel + k * 32 + 16);
#pragma unroll
        for (int r = 0; r < 14; r++) {
            __m512 x = _mm512_set1_ps(input[r * STRIDE + k]);
            sums[r][0] = _mm512_fmadd_ps(x, first, sums[r][0]);
            sums[r][1] = _mm512_fmadd_ps(x, second, sums[r][1]);
        }
    }
    for (int r = 0; r < 14; r++) {
        _mm512_storeu_ps(product + r * STRIDE, sums[r][0]);
        _mm512_storeu_ps(product + r * STRIDE + 16, sums[r][1]);
    }
}

// The bare multiply-adds, and with as many loads as a tile of 12 x 2 has, whose results nothing waits for.
#define BARE(name, load)                                                                                               \
    static void name(const float *input, const float *panel, float *product) {                                         \
        __m512 sums[24] = {0}, x = _mm512_set1_ps(panel[0]);                                                           \
        for (int k = 0; k < DEPTH; k++) {                                                                              \
            _Pragma("unroll") for (int i = 0; i < 24; i++) {                                                           \
                sums[i] = _mm512_fmadd_ps(x, x, sums[i]);                                                              \
                __asm__ volatile("" : "+v"(sums[i]));                                                                  \
                if (load && i % 2 == 0) {                                                                              \
                    __m512 unused = _mm512_set1_ps(input[k + i]);                                                      \
                    __asm__ volatile("" ::"v"(unused));                                                                \
                }                                                                                                      \
            }                                                                                                          \
        }                                                                                                              \
        product[0] = sums[0][0];                                                                                       \
    }
BARE(bare, 0)
BARE(bare_with_loads, 1)

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static int ascending(const void *a, const void *b) { return *(const double *)a < *(const double *)b ? -1 : 1; }

int main(void) {
    const struct { const char *name; tile *run; int rows, vectors; } tiles[] = {
        {"bare multiply-adds", bare, 12, 2}, {"the same with loads", bare_with_loads, 12, 2}, {"14 x 32", tile_14x2, 14, 2},
        {"9 x 48", tile_9x3, 9, 3}, {"6 x 64", tile_6x4, 6, 4}, {"5 x 80", tile_5x5, 5, 5},
    };
    enum { COUNT = sizeof tiles / sizeof *tiles };
    static double rates[COUNT][ROUNDS];
    float *input = calloc(ROWS * STRIDE, 4), *panels = aligned_alloc(4096, PANELS * DEPTH * 80 * 4), *product = calloc(ROWS * STRIDE + 512, 4);
    for (int i = 0; i < PANELS * DEPTH * 80; i++) panels[i] = 0;
    for (int round = 0; round < ROUNDS; round++) {
        for (int t = 0; t < COUNT; t++) {
            double start = now(), operations = 0;
            do {
                for (int n = 0; n < PANELS; n++) {
                    for (int row = 0; row + tiles[t].rows <= ROWS; row += tiles[t].rows) {
                        tiles[t].run(input + row * STRIDE, panels + n * DEPTH * 16 * tiles[t].vectors, product + row * STRIDE);
                        operations += 2.0 * DEPTH * tiles[t].rows * tiles[t].vectors * 16;
                    }
                }
            } while (now() - start < 0.01);
            rates[t][round] = operations / (now() - start) * 1e-9;
        }
    }
    printf("| rows x columns | loads a multiply-add | slowest fifth | median | fastest tenth |\n|---|--:|--:|--:|--:|\n");
    for (int t = 0; t < COUNT; t++) {
        int r = tiles[t].rows, v = tiles[t].vectors;
        qsort(rates[t], ROUNDS, sizeof(double), ascending);
        double loads = t == 0 ? 0 : t == 1 ? 0.5 : (double)(r + v) / (r * v);
        printf("| %s | %.2f | %.0f | %.0f | %.0f |\n", tiles[t].name, loads, rates[t][ROUNDS / 5], rates[t][ROUNDS / 2], rates[t][ROUNDS * 9 / 10]);
    }
}
#pragma clang attribute pop
