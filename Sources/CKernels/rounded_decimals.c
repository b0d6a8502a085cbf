// Decimals of so many digits behind the point, rounded half to even, without the zeros at their end.
#include "decimal_digits.h"

static const uint32_t powers_of_ten[10] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000};

// Adding and subtracting it rounds what is below 2^51 to a whole number.
#define ROUND 0x1.8p52

// Below ten: the digit before the point, the nine behind it, and whether the number is negative once it is rounded. A number that is not
// below ten has a `whole` of ten.
CLONES
static void rounded_digits(const float *values, size_t count, uint32_t decimals, int32_t *whole, nine_digits *digits,
                           uint32_t *is_negative) {
    double scale = powers_of_ten[decimals];
    uint32_t unit = powers_of_ten[9 - decimals];
    for (size_t i = 0; i < count; i++) {
        // Exact: 24 bits times 21, less the twos.
        double exact = (double)values[i] * scale;
        double magnitude = exact < 0 ? -exact : exact;
        // The comparison is false for NaN too.
        int32_t is_small = magnitude < 10 * scale - 0.5;
        double rounded = ((is_small ? magnitude : 0) + ROUND) - ROUND;
        int32_t ones = (int32_t)(rounded / scale);
        int32_t behind = (int32_t)(rounded - (double)ones * scale);
        whole[i] = is_small ? ones : 10;
        is_negative[i] = (exact < 0) & (rounded > 0);
        store_digits(digits, i, (uint32_t)behind * unit);
    }
}

// Any other number; few are.
static size_t write_large(float value, uint32_t decimals, uint8_t *text) {
    double scale = powers_of_ten[decimals];
    double magnitude = __builtin_fabs((double)value) * scale;
    // Beyond 2^53 a binary32 is a whole number, and rounding changes nothing.
    if (!(magnitude < 0x1p53)) return attendant_write_shortest(&value, 1, text);
    uint64_t rounded = (uint64_t)__builtin_rint(magnitude);
    uint8_t reversed[20];
    size_t count = 0;
    int is_significant = 0;
    for (uint32_t place = 0; rounded > 0; place++, rounded /= 10) {
        if (place == decimals) {
            if (is_significant) reversed[count++] = '.';
            is_significant = 1;
        }
        is_significant |= rounded % 10 != 0;
        if (is_significant) reversed[count++] = (uint8_t)('0' + rounded % 10);
    }
    uint8_t *end = text;
    if (value < 0) *end++ = '-';
    while (count > 0) *end++ = reversed[--count];
    return (size_t)(end - text);
}

size_t attendant_write_rounded(const float *values, size_t count, uint32_t decimals, uint8_t *text) {
    uint8_t *end = text;
    nine_digits digits;
    int32_t whole[DECIMAL_BLOCK];
    uint32_t is_negative[DECIMAL_BLOCK];
    for (size_t start = 0; start < count; start += DECIMAL_BLOCK) {
        size_t block = count - start < DECIMAL_BLOCK ? count - start : DECIMAL_BLOCK;
        rounded_digits(values + start, block, decimals, whole, &digits, is_negative);
        for (size_t i = 0; i < block; i++) {
            if (whole[i] < 10) {
                uint64_t rest = digits.rest[i];
                uint32_t first = digits.first[i];
                uint32_t length = rest ? 3 + significant(rest) : first ? 3 : 1;
                rest |= ASCII_ZEROS;
                *end = '-';
                end += is_negative[i];
                end[0] = (uint8_t)('0' + whole[i]);
                end[1] = '.';
                end[2] = (uint8_t)('0' + first);
                memcpy(end + 3, &rest, 8);
                end += length;
            } else {
                end += write_large(values[start + i], decimals, end);
            }
            *end++ = ',';
        }
    }
    // Without the last comma.
    return (size_t)(end - text) - (count > 0);
}
