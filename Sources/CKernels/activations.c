#include "activation.h"

CLONES
void attendant_bias_activation(float *rows, size_t row_count, size_t columns, size_t stride, const float *bias,
                               attendant_activation activation) {
    size_t whole = columns / LANES * LANES, rest = columns - whole;
    for (size_t r = 0; r < row_count; r++) {
        float *row = rows + r * stride;
        for (size_t c = 0; c < whole; c += LANES) {
            f32x16 x = LOAD(row + c) + LOAD(bias + c);
            activate(&x, 1, activation);
            STORE(row + c, x);
        }
        if (rest) {
            f32x16 x = LOAD_TAIL(row + whole, rest, 0.0f) + LOAD_TAIL(bias + whole, rest, 0.0f);
            activate(&x, 1, activation);
            STORE_TAIL(row + whole, x, rest);
        }
    }
}

CLONES
void attendant_gate(float *rows, size_t row_count, size_t columns, size_t stride, size_t activated, size_t linear,
                    attendant_activation activation) {
    for (size_t r = 0; r < row_count; r++) {
        float *row = rows + r * stride;
        activate_rows(row + activated, 1, columns, stride, activation);
        for (size_t c = 0; c < columns; c++) row[c] = row[activated + c] * row[linear + c];
    }
}
