#include "CKernels.h"
#include "vector_math.h"

// An exponent of all ones is an infinity or a NaN.
CLONES
int attendant_all_finite(const float *values, size_t count) {
    uint32_t found = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t bits;
        memcpy(&bits, values + i, sizeof bits);
        found |= (bits & 0x7f800000u) == 0x7f800000u;
    }
    return !found;
}
