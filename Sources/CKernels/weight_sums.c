#include "CKernels.h"
#include "vector_math.h"

// Two steps, for the compiler would call a function where the CPU has none that is both; where it has, it may join them.
#define TERM(a, b, c) ((a) * (b) + (c))

// -x ln x for 0 ≤ x; 0 for 0, and for subnormal numbers something as small. x = 2^e (1 + f) with √½ ≤ 1 + f < √2, and
// ln(1 + f) = f - f²/2 + f³ p(f) with a minimax polynomial of degree 7 (relative error 7e-9 before rounding, near 1 as well).
INLINE void negative_x_ln_x_into(f32x16 *argument) {
    f32x16 x = *argument;
    // From the highest power down.
    static const float coefficients[8] = {
        -0.07635588198900223f, 0.1276330053806305f, -0.13160595297813416f, 0.14201557636260986f,
        -0.16623297333717346f, 0.20001232624053955f, -0.250008225440979f, 0.3333333134651184f,
    };
    const int32_t half = 0x3f3504f3; // √½
    i32x16 bits;
    memcpy(&bits, &x, sizeof bits);
    i32x16 exponent = (bits - half) >> 23;
    bits -= exponent << 23;
    f32x16 f;
    memcpy(&f, &bits, sizeof f);
    f -= SPLAT(1.0f);
    f32x16 p = SPLAT(coefficients[0]);
#pragma unroll
    for (int power = 1; power < 8; power++) p = TERM(p, f, SPLAT(coefficients[power]));
    f32x16 square = f * f;
    f32x16 logarithm = TERM(square, TERM(p, f, SPLAT(-0.5f)), f);
    logarithm = TERM(__builtin_convertvector(exponent, f32x16), SPLAT(0.6931471805599453f), logarithm);
    *argument = -x * logarithm;
}

CLONES
void attendant_weight_sums(const float *weights, size_t queries, size_t keys, double *entropy, double *distance) {
    size_t whole = keys / LANES * LANES, rest = keys - whole;
    const f32x16 steps = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    // A row's sums are short enough for floats; those over the rows are not.
    double entropies = 0, distances = 0;
    for (size_t q = 0; q < queries; q++) {
        const float *row = weights + q * keys;
        f32x16 row_entropy = SPLAT(0.0f), row_distance = SPLAT(0.0f);
        f32x16 away = steps - SPLAT((float)q);
        for (size_t k = 0; k < whole; k += LANES) {
            f32x16 x = LOAD(row + k);
            row_distance += x * __builtin_elementwise_abs(away);
            negative_x_ln_x_into(&x);
            row_entropy += x;
            away += SPLAT((float)LANES);
        }
        if (rest) {
            f32x16 x = LOAD_TAIL(row + whole, rest, 0.0f);
            row_distance += x * __builtin_elementwise_abs(away);
            negative_x_ln_x_into(&x);
            row_entropy += x;
        }
        entropies += horizontal_sum(&row_entropy);
        distances += horizontal_sum(&row_distance);
    }
    *entropy = entropies;
    *distance = distances;
}
