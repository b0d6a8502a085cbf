#include "CKernels.h"
#include "vector_math.h"

// Enough independent sums to hide an addition's latency, few enough for every instruction set's registers.
#define SUMS 12

#if defined(__x86_64__)
#include <immintrin.h>

// The empty assembly makes the compiler keep each sum: it could otherwise see that nobody reads them.
#define PEAK(name, features, vector, lanes_times_pairs, zero, one, step)                                               \
    __attribute__((target(features), min_vector_width(512))) static double name(size_t iterations) {                   \
        vector sums[SUMS], x = one;                                                                                    \
        for (int i = 0; i < SUMS; i++) sums[i] = zero;                                                                 \
        for (size_t round = 0; round < iterations; round++) {                                                          \
            _Pragma("unroll") for (int i = 0; i < SUMS; i++) {                                                         \
                sums[i] = step;                                                                                        \
                __asm__ volatile("" : "+v"(sums[i]));                                                                  \
            }                                                                                                          \
        }                                                                                                              \
        return 2.0 * (lanes_times_pairs) * SUMS * (double)iterations;                                                  \
    }

PEAK(f32_avx512, "avx512f", __m512, 16, _mm512_setzero_ps(), _mm512_set1_ps(1.0f), _mm512_fmadd_ps(x, x, sums[i]))
PEAK(f32_avx2, "avx2,fma", __m256, 8, _mm256_setzero_ps(), _mm256_set1_ps(1.0f), _mm256_fmadd_ps(x, x, sums[i]))
PEAK(bf16_avx512, "avx512f,avx512bf16", __m512, 32, _mm512_setzero_ps(), _mm512_set1_ps(1.0f),
     _mm512_dpbf16_ps(sums[i], (__m512bh)x, (__m512bh)x))
PEAK(int8_avx512, "avx512f,avx512vnni", __m512i, 64, _mm512_setzero_si512(), _mm512_set1_epi8(1),
     _mm512_dpbusd_epi32(sums[i], x, x))

double attendant_peak_f32(size_t iterations) {
    switch (attendant_x86_64_level()) {
    case 4: return f32_avx512(iterations);
    case 3: return f32_avx2(iterations);
    default: return 0;
    }
}

double attendant_peak_bf16(size_t iterations) { return attendant_has_avx512_bf16() ? bf16_avx512(iterations) : 0; }

double attendant_peak_int8(size_t iterations) {
    return attendant_x86_64_level() == 4 && __builtin_cpu_supports("avx512vnni") ? int8_avx512(iterations) : 0;
}
#else
double attendant_peak_f32(size_t iterations) { return 0; }
double attendant_peak_bf16(size_t iterations) { return 0; }
double attendant_peak_int8(size_t iterations) { return 0; }
#endif
