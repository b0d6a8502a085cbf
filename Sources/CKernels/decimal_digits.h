// Nine decimal digits of a number as text, and the place where they end.
#ifndef ATTENDANT_DECIMAL_DIGITS_H
#define ATTENDANT_DECIMAL_DIGITS_H

#include "CKernels.h"
#include "vector_math.h"

// Numbers are taken in blocks of so many: first all their digits, which vectorises, then all their text, which does not.
#define DECIMAL_BLOCK 64

// Digits as their values, not yet as ASCII.
typedef struct {
    uint32_t first[DECIMAL_BLOCK];
    // Eight digits, the first of them in the lowest byte, so that they are stored in the order of reading (on a little-endian CPU).
    uint64_t rest[DECIMAL_BLOCK];
} nine_digits;

// Quotients are products with the rounded-up reciprocal, exact for every number that can come; both halves of a word at a time.
INLINE uint32_t four_digits(uint32_t number) {
    uint32_t hundreds = (number * 5243) >> 19;
    uint32_t twos = hundreds | (number - hundreds * 100) << 16;
    uint32_t tens = ((twos * 103) >> 10) & 0x000f000fu;
    return tens | (twos - tens * 10) << 8;
}

INLINE uint64_t eight_digits(uint32_t number) {
    uint32_t upper = (uint32_t)(((uint64_t)number * 3518437209u) >> 45);
    return four_digits(upper) | (uint64_t)four_digits(number - upper * 10000) << 32;
}

// Splits a number below 10^9.
INLINE void store_digits(nine_digits *digits, size_t index, uint32_t number) {
    uint32_t first = (uint32_t)(((uint64_t)number * 1441151881u) >> 57);
    digits->first[index] = first;
    digits->rest[index] = eight_digits(number - first * 100000000u);
}

// How many of eight digits there are without the zeros at their end.
INLINE uint32_t significant(uint64_t rest) { return rest ? 8 - (uint32_t)__builtin_clzll(rest) / 8 : 0; }

#define ASCII_ZEROS 0x3030303030303030u

#endif
