#include "CKernels.h"
#include "vector_math.h"

CLONES
void attendant_rotate(float *rows, size_t row_count, size_t stride, size_t heads, size_t head_size, size_t half, const float *cosines,
                      const float *sines) {
    for (size_t r = 0; r < row_count; r++) {
        const float *cosine = cosines + r * half, *sine = sines + r * half;
        for (size_t head = 0; head < heads; head++) {
            float *x = rows + r * stride + head * head_size, *y = x + half;
            for (size_t c = 0; c < half; c++) {
                float turned = x[c] * cosine[c] - y[c] * sine[c];
                y[c] = y[c] * cosine[c] + x[c] * sine[c];
                x[c] = turned;
            }
        }
    }
}
