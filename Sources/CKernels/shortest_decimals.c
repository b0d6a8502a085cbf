// The shortest decimal that gives back the same binary32, and of those the nearest: Raffaello Giulietti's Schubfach ("The Schubfach way to
// render doubles", 2021), here without branches, so that the arithmetic runs on as many numbers at once as a vector holds.
//
// An answer of attention matrices is tens of megabytes of such text: after the forward pass nothing takes the server longer. Softmax weights on
// a Xeon with AVX-512 take 8.5 ns each, with AVX2 alone 14, with the baseline 22; in libfmt 9 they take 39, in libstdc++'s std::to_chars 57, as
// Swift's `description` 60. No library writes many at once.
#include "decimal_digits.h"

// powers[31 - k] = 10^-k as 64 bits, rounded up: ceil(10^-k 2^(63 - floor(-k log2 10))).
static const uint64_t powers[77] = {
    0x81ceb32c4b43fcf5, 0xa2425ff75e14fc32, 0xcad2f7f5359a3b3f, 0xfd87b5f28300ca0e, 0x9e74d1b791e07e49,
    0xc612062576589ddb, 0xf79687aed3eec552, 0x9abe14cd44753b53, 0xc16d9a0095928a28, 0xf1c90080baf72cb2,
    0x971da05074da7bef, 0xbce5086492111aeb, 0xec1e4a7db69561a6, 0x9392ee8e921d5d08, 0xb877aa3236a4b44a,
    0xe69594bec44de15c, 0x901d7cf73ab0acda, 0xb424dc35095cd810, 0xe12e13424bb40e14, 0x8cbccc096f5088cc,
    0xafebff0bcb24aaff, 0xdbe6fecebdedd5bf, 0x89705f4136b4a598, 0xabcc77118461cefd, 0xd6bf94d5e57a42bd,
    0x8637bd05af6c69b6, 0xa7c5ac471b478424, 0xd1b71758e219652c, 0x83126e978d4fdf3c, 0xa3d70a3d70a3d70b,
    0xcccccccccccccccd, 0x8000000000000000, 0xa000000000000000, 0xc800000000000000, 0xfa00000000000000,
    0x9c40000000000000, 0xc350000000000000, 0xf424000000000000, 0x9896800000000000, 0xbebc200000000000,
    0xee6b280000000000, 0x9502f90000000000, 0xba43b74000000000, 0xe8d4a51000000000, 0x9184e72a00000000,
    0xb5e620f480000000, 0xe35fa931a0000000, 0x8e1bc9bf04000000, 0xb1a2bc2ec5000000, 0xde0b6b3a76400000,
    0x8ac7230489e80000, 0xad78ebc5ac620000, 0xd8d726b7177a8000, 0x878678326eac9000, 0xa968163f0a57b400,
    0xd3c21bcecceda100, 0x84595161401484a0, 0xa56fa5b99019a5c8, 0xcecb8f27f4200f3a, 0x813f3978f8940985,
    0xa18f07d736b90be6, 0xc9f2c9cd04674edf, 0xfc6f7c4045812297, 0x9dc5ada82b70b59e, 0xc5371912364ce306,
    0xf684df56c3e01bc7, 0x9a130b963a6c115d, 0xc097ce7bc90715b4, 0xf0bdc21abb48db21, 0x96769950b50d88f5,
    0xbc143fa4e250eb32, 0xeb194f8e1ae525fe, 0x92efd1b8d0cf37bf, 0xb7abc627050305ae, 0xe596b7b0c643c71a,
    0x8f7e32ce7bea5c70, 0xb35dbf821ae4f38c,
};

// floor(power factor / 2^64), with the lowest bit set where that is not exact: enough for all comparisons to come out right.
INLINE uint32_t scaled(uint64_t power, uint32_t factor) {
    uint64_t low = (power & 0xffffffffu) * factor, high = (power >> 32) * factor;
    uint64_t sum = high + (low >> 32);
    // The power is rounded up, so a 1 may be nothing.
    return (uint32_t)(sum >> 32) | ((uint32_t)sum > 1);
}

// Digits d1 ... d9 and exponents for the values |d1.d2...d9| 10^exponent; zero has the exponent 0.
CLONES
static void shortest_digits(const float *values, size_t count, nine_digits *digits, int32_t *exponents) {
    for (size_t i = 0; i < count; i++) {
        uint32_t bits;
        memcpy(&bits, values + i, sizeof bits);
        uint32_t fraction = bits & 0x7fffffu;
        int32_t biased = (int32_t)(bits >> 23 & 0xffu);
        // The value is c 2^q.
        uint32_t c = fraction | (uint32_t)(biased != 0) << 23;
        int32_t q = (biased > 1 ? biased : 1) - 150;
        // Below a power of two the neighbour is half as far as above.
        int32_t is_power = (fraction == 0) & (biased > 1);
        // 10^k is the largest power of ten not above the distance to the neighbours: floor(log10(2^q)), or of 3/4 2^q.
        int32_t k = (q * 1262611 - is_power * 524031) >> 22;
        int32_t shift = q + ((-k * 1741647) >> 19) + 1;
        uint64_t power = powers[31 - k];

        // Four times c 2^q / 10^k, and the bounds of what is rounded to it, which belong to an even c alone.
        uint32_t odd = c & 1;
        uint32_t low = scaled(power, (4 * c - 2 + (uint32_t)is_power) << shift) + odd;
        uint32_t middle = scaled(power, (4 * c) << shift);
        uint32_t high = scaled(power, (4 * c + 2) << shift) - odd;

        // Of the multiples of ten at most one lies between the bounds; if none does, of the whole numbers the nearest.
        uint32_t below = middle >> 2;
        uint32_t tens = (uint32_t)(((uint64_t)below * 3435973837u) >> 35) * 10;
        uint32_t tens_inside = low <= 4 * tens, next_tens_inside = 4 * tens + 40 <= high;
        uint32_t below_inside = low <= 4 * below, above_inside = 4 * below + 4 <= high;
        uint32_t half = 4 * below + 2;
        uint32_t rounds_up = (middle > half) | ((middle == half) & (below & 1));
        uint32_t nearest = below + (below_inside != above_inside ? above_inside : rounds_up);
        uint32_t shorter = tens + (next_tens_inside ? 10 : 0);
        uint32_t takes_shorter = (tens_inside != next_tens_inside) & (below >= 10);
        uint32_t number = takes_shorter ? shorter : nearest;

        // Nine digits, whatever there are; only a subnormal value has fewer than seven.
        int32_t exponent = k + 8;
        int32_t is_short = number < 100000u;
        number = is_short ? number * 10000u : number;
        exponent -= is_short ? 4 : 0;
        is_short = number < 10000000u;
        number = is_short ? number * 100u : number;
        exponent -= is_short ? 2 : 0;
        is_short = number < 100000000u;
        number = is_short ? number * 10u : number;
        exponent -= is_short;
        is_short = number < 100000000u;
        number = is_short ? number * 10u : number;
        exponent -= is_short;
        exponents[i] = number == 0 ? 0 : exponent;
        store_digits(digits, i, number);
    }
}

// Where the parts of a number's text stand. Which of the stores is needed depends on the exponent; all are made, in the order of the
// fields, and what one writes too much the next ones write over.
typedef struct __attribute__((aligned(16))) {
    uint8_t digits;    // all digits
    uint8_t point;
    uint8_t shift;     // bits of the digits before the point, less the first
    uint8_t fraction;  // the digits behind the point, once more
    uint8_t whole;     // digits before the point
    uint8_t longer;    // if there are more digits than those: the text is so much longer than there are digits
    uint8_t shorter;   // else its length
    uint8_t suffix_length;
    char suffix[5];
} layout;

#define ZEROS(count) {.digits = 1 + (count), .point = 1, .fraction = 2 + (count), .longer = 1 + (count)}
#define WHOLE(e) {.point = 1 + (e), .shift = 8 * (e), .fraction = 2 + (e), .whole = 1 + (e), .longer = 1, .shorter = 3 + (e)}
#define POWER(text) {.point = 1, .fraction = 2, .whole = 1, .longer = 1, .shorter = 1, .suffix_length = sizeof(text) - 1, .suffix = text}
#define TEN_POWERS(tens)                                                                                               \
    POWER(tens "9"), POWER(tens "8"), POWER(tens "7"), POWER(tens "6"), POWER(tens "5"), POWER(tens "4"), POWER(tens "3"), POWER(tens "2"),   \
        POWER(tens "1"), POWER(tens "0")
#define RISING_TEN_POWERS(tens)                                                                                        \
    POWER(tens "0"), POWER(tens "1"), POWER(tens "2"), POWER(tens "3"), POWER(tens "4"), POWER(tens "5"), POWER(tens "6"), POWER(tens "7"),   \
        POWER(tens "8"), POWER(tens "9")

#define LEAST_EXPONENT (-45)
#define GREATEST_EXPONENT 38
static const layout layouts[GREATEST_EXPONENT - LEAST_EXPONENT + 1] = {
    POWER("e-45"), POWER("e-44"), POWER("e-43"), POWER("e-42"), POWER("e-41"), POWER("e-40"),
    TEN_POWERS("e-3"), TEN_POWERS("e-2"), TEN_POWERS("e-1"),
    POWER("e-9"), POWER("e-8"), POWER("e-7"), POWER("e-6"), POWER("e-5"),
    ZEROS(4), ZEROS(3), ZEROS(2), ZEROS(1),
    WHOLE(0), WHOLE(1), WHOLE(2), WHOLE(3), WHOLE(4), WHOLE(5), WHOLE(6), WHOLE(7),
    POWER("e+8"), POWER("e+9"),
    RISING_TEN_POWERS("e+1"), RISING_TEN_POWERS("e+2"),
    POWER("e+30"), POWER("e+31"), POWER("e+32"), POWER("e+33"), POWER("e+34"), POWER("e+35"), POWER("e+36"), POWER("e+37"), POWER("e+38"),
};

size_t attendant_write_shortest(const float *values, size_t count, uint8_t *text) {
    uint8_t *end = text;
    nine_digits digits;
    int32_t exponents[DECIMAL_BLOCK];
    for (size_t start = 0; start < count; start += DECIMAL_BLOCK) {
        size_t block = count - start < DECIMAL_BLOCK ? count - start : DECIMAL_BLOCK;
        shortest_digits(values + start, block, &digits, exponents);
        for (size_t i = 0; i < block; i++) {
            uint32_t bits;
            memcpy(&bits, values + start + i, sizeof bits);
            const layout *parts = &layouts[exponents[i] - LEAST_EXPONENT];
            uint64_t rest = digits.rest[i];
            uint32_t length = 1 + significant(rest);
            rest |= ASCII_ZEROS;
            *end = '-';
            end += bits >> 31;
            memcpy(end, "0.000000", 8);
            end[parts->digits] = (uint8_t)('0' + digits.first[i]);
            memcpy(end + parts->digits + 1, &rest, 8);
            end[parts->point] = '.';
            rest >>= parts->shift;
            memcpy(end + parts->fraction, &rest, 8);
            end += length > parts->whole ? length + parts->longer : parts->shorter;
            memcpy(end, parts->suffix, 4);
            end += parts->suffix_length;
            *end++ = ',';
        }
    }
    // Without the last comma.
    return (size_t)(end - text) - (count > 0);
}
