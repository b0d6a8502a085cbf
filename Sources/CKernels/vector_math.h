// Sixteen floats at a time through clang's vector extension, which lowers to whatever registers the target has.
#ifndef ATTENDANT_VECTOR_MATH_H
#define ATTENDANT_VECTOR_MATH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define LANES 16
typedef float f32x16 __attribute__((ext_vector_type(LANES)));
typedef int32_t i32x16 __attribute__((ext_vector_type(LANES)));

#define INLINE static inline __attribute__((always_inline))

// One body, a clone for each level; elsewhere than on x86-64 the compiler's baseline has vectors of its own. The loader
// picks the clones before a sanitizer's runtime is ready, so sanitized builds have the baseline alone.
#if defined(__x86_64__) && defined(__ELF__) && !__has_feature(thread_sanitizer) && !__has_feature(address_sanitizer)
#define CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CLONES
#endif

#define LOAD(pointer) ({ f32x16 _value; memcpy(&_value, (pointer), sizeof _value); _value; })
#define STORE(pointer, value) ({ f32x16 _value = (value); memcpy((pointer), &_value, sizeof _value); })
#ifndef FMA
#define FMA(a, b, c) __builtin_elementwise_fma((a), (b), (c))
#endif
// One instruction each, which the compiler's own maximum is not: that one looks for NaN. Here the second operand is what a NaN on either
// side gives.
#define MAX(a, b) ({ __typeof__(a) _a = (a), _b = (b); _a > _b ? _a : _b; })
#define MIN(a, b) ({ __typeof__(a) _a = (a), _b = (b); _a < _b ? _a : _b; })
#define SPLAT(x) ((f32x16)(x))

// Vectors that a function takes at once.
#define MOST_VECTORS 9

// A row's last columns, padded with `fill` so that they can be computed like any others.
#define LOAD_TAIL(pointer, count, fill)                                                                                \
    ({ f32x16 _value = SPLAT(fill); memcpy(&_value, (pointer), (count) * sizeof(float)); _value; })
#define STORE_TAIL(pointer, value, count) ({ f32x16 _value = (value); memcpy((pointer), &_value, (count) * sizeof(float)); })

// Halves onto halves: four steps where lane after lane would be fifteen that wait for each other.
#define REDUCE(v, OP)                                                                                                  \
    ({                                                                                                                 \
        __typeof__((v)->lo) _8 = OP((v)->lo, (v)->hi);                                                                 \
        __typeof__(_8.lo) _4 = OP(_8.lo, _8.hi);                                                                       \
        __typeof__(_4.lo) _2 = OP(_4.lo, _4.hi);                                                                       \
        OP(_2.xx, _2.yy).x;                                                                                            \
    })
#define PLUS(a, b) ((a) + (b))

INLINE float horizontal_sum(const f32x16 *v) { return REDUCE(v, PLUS); }

INLINE float horizontal_max(const f32x16 *v) { return REDUCE(v, MAX); }

// e^x for x ≤ 88: x = n ln2 + r with |r| ≤ ln2/2, a minimax polynomial of degree 6 in r (relative error 2e-9 before
// rounding), then n is added to the exponent. Below -87.3 the result is 0. Vectors pass by pointer so that a clone's
// wider registers never cross a call.
INLINE void exp_into(f32x16 *x) {
    f32x16 in = *x;
    f32x16 clamped = MAX(in, SPLAT(-87.3f));
    const f32x16 round = SPLAT(12582912.0f); // 1.5 * 2^23: adding it rounds to an integer
    f32x16 shifted = FMA(clamped, SPLAT(1.44269504f), round);
    f32x16 n = shifted - round;
    f32x16 r = FMA(n, SPLAT(-0.693359375f), clamped);
    r = FMA(n, SPLAT(2.12194440e-4f), r);
    f32x16 p = SPLAT(0.0013836839934810996f);
    p = FMA(p, r, SPLAT(0.008374815806746483f));
    p = FMA(p, r, SPLAT(0.04166822507977486f));
    p = FMA(p, r, SPLAT(0.16666419804096222f));
    p = FMA(p, r, SPLAT(0.49999991059303284f));
    p = FMA(p, r, SPLAT(1.0f));
    p = FMA(p, r, SPLAT(1.0f));
    i32x16 exponent = __builtin_convertvector(n, i32x16) << 23;
    i32x16 bits;
    memcpy(&bits, &p, sizeof bits);
    bits += exponent;
    i32x16 alive = in >= SPLAT(-87.3f); // all ones where true
    bits &= alive;
    memcpy(x, &bits, sizeof bits);
    // A NaN must stay one: it compares false above, and an answer made of zeros would hide it.
    i32x16 is_nan = in != in;
    *x = is_nan ? in : *x;
}

// Makes the compiler keep the order of what is done to a vector before and after; costs nothing.
#ifndef KEEP_ORDER
#define KEEP_ORDER(vector)
#endif

// 2^x for x ≤ 127: x = n + r with |r| ≤ 1/2, a minimax polynomial of degree 5 in r (relative error 7.5e-8 before rounding). Below -126
// the result is 2^-126. Each step waits for the one before, so `count` vectors go side by side: one after the other, they would fill the
// processor's scheduler with steps that wait.
INLINE void exp2_into(f32x16 *x, const int count) {
    // From the highest power down.
    static const float coefficients[6] = {
        0.001327647129073739f, 0.009675540961325169f, 0.05550713092088699f, 0.24022120237350464f, 0.6931469440460205f, 1.0000001192092896f,
    };
    f32x16 shifted[MOST_VECTORS], r[MOST_VECTORS], p[MOST_VECTORS];
#pragma unroll
    for (int v = 0; v < count; v++) {
        x[v] = MAX(SPLAT(-126.0f), x[v]);
        shifted[v] = x[v] + SPLAT(12582912.0f); // 1.5 * 2^23: adding it rounds to an integer, which its low bits then hold
        r[v] = x[v] - (shifted[v] - SPLAT(12582912.0f));
        p[v] = SPLAT(coefficients[0]);
    }
#pragma unroll
    for (int power = 1; power < 6; power++) {
#pragma unroll
        for (int v = 0; v < count; v++) p[v] = FMA(p[v], r[v], SPLAT(coefficients[power]));
#pragma unroll
        for (int v = 0; v < count; v++) KEEP_ORDER(p[v]);
    }
#pragma unroll
    for (int v = 0; v < count; v++) {
        i32x16 bits, exponent;
        memcpy(&bits, &p[v], sizeof bits);
        memcpy(&exponent, &shifted[v], sizeof exponent);
        bits += exponent << 23;
        // The addition could make a number of a NaN.
        i32x16 is_nan = x[v] != x[v];
        f32x16 power;
        memcpy(&power, &bits, sizeof power);
        x[v] = is_nan ? x[v] : power;
    }
}

// x Φ(x) = x/2 + x/2 erf(x/√2), where erf(x/√2) is good to 4e-7: x times a minimax polynomial in x², which is shifted to [-1, 1] so that
// no large terms cancel. It is fitted a little high, so that it surely reaches 1 at its end, 3.8 √2: an error there would grow with x.
//
// `count` vectors go side by side, as above.
INLINE void gelu_into(f32x16 *x, const int count) {
    // From the highest power down.
    static const float coefficients[15] = {
        0.0007227033493109047f, -0.0019061894854530692f, 0.0016739858547225595f, -0.002333079231902957f,
        0.007035290356725454f, -0.012963584624230862f, 0.0188748762011528f, -0.027534499764442444f,
        0.03893086314201355f, -0.05127621442079544f, 0.06422843784093857f, -0.07862009108066559f,
        0.09739657491445541f, -0.1312681883573532f, 0.2631198763847351f,
    };
    f32x16 t[MOST_VECTORS], p[MOST_VECTORS];
#pragma unroll
    for (int v = 0; v < count; v++) {
        t[v] = FMA(x[v] * x[v], SPLAT(0.06925208121538162f), SPLAT(-1.0f));
        t[v] = MIN(SPLAT(1.0f), t[v]);
        p[v] = SPLAT(coefficients[0]);
    }
#pragma unroll
    for (int power = 1; power < 15; power++) {
#pragma unroll
        for (int v = 0; v < count; v++) p[v] = FMA(p[v], t[v], SPLAT(coefficients[power]));
#pragma unroll
        for (int v = 0; v < count; v++) KEEP_ORDER(p[v]);
    }
#pragma unroll
    for (int v = 0; v < count; v++) {
        f32x16 half = SPLAT(0.5f) * x[v], erf = MAX(SPLAT(-1.0f), MIN(SPLAT(1.0f), p[v] * x[v]));
        x[v] = FMA(half, erf, half);
    }
}

// x (1 + tanh u) / 2 = x / (1 + e^(-2u)) with u = √(2/π) (x + 0.044715 x³). `count` vectors go side by side, as above.
INLINE void gelu_tanh_into(f32x16 *x, const int count) {
    f32x16 e[MOST_VECTORS];
    // Powers of two, for e^x = 2^(x log2 e); beyond 2^126 the quotient is zero.
#pragma unroll
    for (int v = 0; v < count; v++) {
        f32x16 power = x[v] * FMA(x[v] * x[v], SPLAT(-0.102943240f), SPLAT(-2.3022082f));
        e[v] = MIN(SPLAT(126.0f), power);
    }
    exp2_into(e, count);
#pragma unroll
    for (int v = 0; v < count; v++) {
        f32x16 quotient = x[v] / (SPLAT(1.0f) + e[v]);
        x[v] = (e[v] >= SPLAT(0x1p125f)) ? SPLAT(0.0f) : quotient;
    }
}

// tanh x = sign(x) (1 - e) / (1 + e) with e = e^(-2|x|); near 0 that loses digits, so an odd polynomial serves there.
INLINE void tanh_into(f32x16 *x) {
    f32x16 in = *x;
    f32x16 a = __builtin_elementwise_abs(in);
    f32x16 e = a * SPLAT(-2.0f);
    exp_into(&e);
    f32x16 outer = __builtin_elementwise_copysign((SPLAT(1.0f) - e) / (SPLAT(1.0f) + e), in);
    f32x16 u = in * in;
    // The Maclaurin series: x - x³/3 + 2x⁵/15 - 17x⁷/315 + 62x⁹/2835; below 0.25 the next term is under 1e-8.
    f32x16 p = SPLAT(62.0f / 2835.0f);
    p = FMA(p, u, SPLAT(-17.0f / 315.0f));
    p = FMA(p, u, SPLAT(2.0f / 15.0f));
    p = FMA(p, u, SPLAT(-1.0f / 3.0f));
    f32x16 inner = FMA(p * u, in, in);
    *x = (a <= SPLAT(0.25f)) ? inner : outer;
}

#endif
