#include "CKernels.h"
#include "vector_math.h"

#define PANEL ATTENDANT_PANEL_COLUMNS

// Where the weight of an output and an input stands: panels of columns, in each the inputs, so many `together`, a constant, for each column.
// `depth` is that of a panel.
INLINE size_t place(size_t column, size_t input, size_t together, size_t depth) {
    return column / PANEL * PANEL * depth + (input / together * PANEL + column % PANEL) * together + input % together;
}

// Outputs in the outer loops, so that a panel's rows of weights are read side by side and its lines are written once.

CLONES
void attendant_pack_f32(const float *weights, size_t outputs, size_t inputs, size_t first_column, float *panels) {
    for (size_t o = 0; o < outputs; o++) {
        for (size_t k = 0; k < inputs; k++) panels[place(first_column + o, k, 1, inputs)] = weights[o * inputs + k];
    }
}

static inline uint16_t nearest_bf16(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    // A NaN keeps its upper half, made quiet; the rounding below could carry it into an infinity.
    if ((bits & 0x7fffffffu) > 0x7f800000u) return (uint16_t)(bits >> 16 | 0x40u);
    return (uint16_t)((bits + 0x7fffu + (bits >> 16 & 1u)) >> 16);
}

void attendant_pack_bf16(const float *weights, size_t outputs, size_t inputs, size_t first_column, uint16_t *panels) {
    size_t depth = (inputs + 1) / 2 * 2;
    for (size_t o = 0; o < outputs; o++) {
        for (size_t k = 0; k < inputs; k++) panels[place(first_column + o, k, 2, depth)] = nearest_bf16(weights[o * inputs + k]);
        for (size_t k = inputs; k < depth; k++) panels[place(first_column + o, k, 2, depth)] = 0;
    }
}

void attendant_pack_int8(const int8_t *weights, size_t outputs, size_t inputs, size_t first_column, int8_t *panels) {
    size_t depth = (inputs + 3) / 4 * 4;
    for (size_t o = 0; o < outputs; o++) {
        for (size_t k = 0; k < inputs; k++) panels[place(first_column + o, k, 4, depth)] = weights[o * inputs + k];
        for (size_t k = inputs; k < depth; k++) panels[place(first_column + o, k, 4, depth)] = 0;
    }
}

CLONES
void attendant_quantize_weights(const float *weights, size_t outputs, size_t inputs, int8_t *quantized, float *scales) {
    for (size_t o = 0; o < outputs; o++) {
        const float *row = weights + o * inputs;
        float largest = 0.0f;
        for (size_t k = 0; k < inputs; k++) {
            float magnitude = __builtin_fabsf(row[k]);
            largest = magnitude > largest ? magnitude : largest;
        }
        float scale = largest / 127.0f, inverse = scale > 0.0f ? 1.0f / scale : 0.0f;
        scales[o] = scale;
        for (size_t k = 0; k < inputs; k++) {
            float code = row[k] * inverse;
            // Adding and taking away 1.5 * 2^23 rounds to the nearest integer, ties to even.
            code = (code + 12582912.0f) - 12582912.0f;
            quantized[o * inputs + k] = (int8_t)code;
        }
    }
}

CLONES
void attendant_sum_weights(const int8_t *weights, size_t outputs, size_t inputs, int32_t *sums) {
    for (size_t o = 0; o < outputs; o++) {
        int32_t sum = 0;
        for (size_t k = 0; k < inputs; k++) sum += weights[o * inputs + k];
        sums[o] = sum;
    }
}
