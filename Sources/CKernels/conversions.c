#include "CKernels.h"
#include "vector_math.h"

// binary16 has 5 bits of exponent (bias 15) and 10 of fraction; binary32 has 8 (bias 127) and 23. A normal number is
// shifted and rebiased; a subnormal one is the fraction times 2^-24, exact as a binary32 product. No branches, so that
// the loop vectorises where the CPU has no conversion of its own.
CLONES
void attendant_float16_to_float32(const void *source, float *destination, size_t count) {
    for (size_t i = 0; i < count; i++) {
        uint16_t stored;
        memcpy(&stored, (const char *)source + 2 * i, sizeof stored);
        uint32_t half = stored;
        uint32_t sign = (half & 0x8000u) << 16, magnitude = half & 0x7fffu;
        uint32_t normal = (magnitude << 13) + ((127u - 15u) << 23);
        uint32_t infinite = (magnitude << 13) | 0x7f800000u;
        float tiny = (float)(int32_t)magnitude * 0x1p-24f;
        uint32_t subnormal;
        memcpy(&subnormal, &tiny, sizeof subnormal);
        uint32_t bits = magnitude < 0x0400u ? subnormal : magnitude < 0x7c00u ? normal : infinite;
        bits |= sign;
        memcpy(destination + i, &bits, sizeof bits);
    }
}

CLONES
void attendant_bfloat16_to_float32(const void *source, float *destination, size_t count) {
    for (size_t i = 0; i < count; i++) {
        uint16_t stored;
        memcpy(&stored, (const char *)source + 2 * i, sizeof stored);
        uint32_t bits = (uint32_t)stored << 16;
        memcpy(destination + i, &bits, sizeof bits);
    }
}

// The other way round: a normal number is rebiased and rounded by adding half of what is dropped, a carry going up to infinity. For a subnormal
// one the addition of 1/2, whose last bit is 2^-24, does the rounding.
CLONES
void attendant_float32_to_float16(const float *source, void *destination, size_t count) {
    for (size_t i = 0; i < count; i++) {
        uint32_t bits;
        memcpy(&bits, source + i, sizeof bits);
        uint32_t sign = bits >> 16 & 0x8000u, magnitude = bits & 0x7fffffffu;
        uint32_t normal = (magnitude - ((127u - 15u) << 23) + 0x0fffu + (magnitude >> 13 & 1u)) >> 13;
        float tiny;
        memcpy(&tiny, &magnitude, sizeof tiny);
        tiny += 0.5f;
        uint32_t subnormal;
        memcpy(&subnormal, &tiny, sizeof subnormal);
        subnormal -= 126u << 23;
        uint32_t nan = 0x7e00u | (magnitude >> 13 & 0x03ffu);
        uint32_t half = magnitude < (113u << 23) ? subnormal : magnitude < (143u << 23) ? normal : magnitude <= 0x7f800000u ? 0x7c00u : nan;
        uint16_t stored = (uint16_t)(half | sign);
        memcpy((char *)destination + 2 * i, &stored, sizeof stored);
    }
}
