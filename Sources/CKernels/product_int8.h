// u8 rows with s8 panels where no instruction adds four products at once. Included once for each instruction set.

void KERNEL(attendant_product_int8)(const attendant_product *p, size_t first_panel, size_t last_panel) {
    size_t fours = (p->depth + 3) / 4;
    for (size_t n = first_panel; n < last_panel; n++) {
        const int8_t *panel = (const int8_t *)p->panels + n * p->panel_stride;
        size_t left = p->columns - n * PANEL, columns = left < PANEL ? left : PANEL;
        for (size_t row = 0; row < p->rows; row++) {
            const uint8_t *input = (const uint8_t *)p->input + row * p->input_stride;
            i32x16 sums[PANEL / LANES] = {0};
            for (size_t k = 0; k < fours; k++) {
                for (int v = 0; v < PANEL / LANES; v++) {
                    i32x16 weights;
                    memcpy(&weights, panel + (PANEL / LANES * k + v) * 4 * LANES, sizeof weights);
                    // Each lane holds four weights, the first in its lowest byte; shifting up and down again extends the sign.
                    sums[v] += (weights << 24 >> 24) * (int32_t)input[4 * k];
                    sums[v] += (weights << 16 >> 24) * (int32_t)input[4 * k + 1];
                    sums[v] += (weights << 8 >> 24) * (int32_t)input[4 * k + 2];
                    sums[v] += (weights >> 24) * (int32_t)input[4 * k + 3];
                }
            }
            float *product = p->product + row * p->product_stride + n * PANEL;
            for (size_t c = 0; c < columns; c++) {
                size_t column = n * PANEL + c;
                int32_t exact = sums[c / LANES][c % LANES] - p->input_zeros[row] * p->weight_sums[column];
                float bias = p->bias ? p->bias[column] : 0.0f;
                // Fused like the vector kernels', so that all of them give the same bits.
                float sum = __builtin_fmaf((float)exact, p->input_scales[row] * p->weight_scales[column], bias);
                if (p->residual) sum += p->residual[row * p->residual_stride + column];
                product[c] = sum;
            }
            activate_tile(p, row, 1, n * PANEL);
        }
    }
}
