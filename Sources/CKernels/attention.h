// Scaled dot-product attention of one sequence (Vaswani et al., arXiv 1706.03762, section 3.2.1), a block of queries at a time, so
// that scores never leave the second cache. Included once for each instruction set, after product_f32.h.

#define QUERY_BLOCK ATTENDANT_TILE_ROWS

// Sixteen rows of sixteen become columns: interleaving the first half with the second, four times.
INLINE void transpose_16(f32x16 *v) {
    for (int step = 0; step < 4; step++) {
        f32x16 next[LANES];
#pragma unroll
        for (int i = 0; i < LANES / 2; i++) {
            next[2 * i] = __builtin_shufflevector(v[i], v[i + 8], 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
            next[2 * i + 1] =
                __builtin_shufflevector(v[i], v[i + 8], 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
        }
        memcpy(v, next, sizeof next);
    }
}

// panels[n / 32][depth][32] from rows[count][depth], the last panel filled up with zeros.
static void transpose_into_panels(const float *rows, size_t count, size_t stride, size_t depth, float *panels) {
    size_t whole_depth = depth / LANES * LANES;
    for (size_t first = 0; first < count; first += LANES) {
        float *panel = panels + first / PANEL * PANEL * depth + first % PANEL;
        size_t there = count - first < LANES ? count - first : LANES;
        for (size_t k = 0; k < whole_depth; k += LANES) {
            f32x16 block[LANES];
            for (size_t i = 0; i < LANES; i++) block[i] = i < there ? LOAD(rows + (first + i) * stride + k) : SPLAT(0.0f);
            transpose_16(block);
            for (size_t i = 0; i < LANES; i++) STORE(panel + (k + i) * PANEL, block[i]);
        }
        for (size_t k = whole_depth; k < depth; k++) {
            for (size_t i = 0; i < LANES; i++) panel[k * PANEL + i] = i < there ? rows[(first + i) * stride + k] : 0.0f;
        }
    }
    if (count % PANEL != 0 && count % PANEL <= LANES) {
        float *panel = panels + count / PANEL * PANEL * depth + LANES;
        for (size_t k = 0; k < depth; k++) STORE(panel + k * PANEL, SPLAT(0.0f));
    }
}

// row = e^(scale (row - its maximum)); the inverse of the sum is returned.
INLINE float exponentials(float *row, size_t count, float scale) {
    size_t whole = count / LANES * LANES, rest = count - whole;
    f32x16 maxima = SPLAT(-__builtin_inff()), others = maxima;
    size_t c = 0;
    for (; c + 2 * LANES <= whole; c += 2 * LANES) {
        maxima = MAX(LOAD(row + c), maxima);
        others = MAX(LOAD(row + c + LANES), others);
    }
    for (; c < whole; c += LANES) maxima = MAX(LOAD(row + c), maxima);
    if (rest) others = MAX(LOAD_TAIL(row + whole, rest, -__builtin_inff()), others);
    maxima = MAX(maxima, others);
    // Powers of two, for e^x = 2^(x log2 e).
    float factor = scale * 1.44269504f, offset = -factor * horizontal_max(&maxima);
    f32x16 sums = SPLAT(0.0f);
    for (c = 0; c < whole; c += LANES) {
        f32x16 e = FMA(LOAD(row + c), SPLAT(factor), SPLAT(offset));
        exp2_into(&e);
        STORE(row + c, e);
        sums += e;
    }
    if (rest) {
        f32x16 e = FMA(LOAD_TAIL(row + whole, rest, -__builtin_inff()), SPLAT(factor), SPLAT(offset));
        exp2_into(&e);
        STORE_TAIL(row + whole, e, rest);
        sums += e;
    }
    return 1.0f / horizontal_sum(&sums);
}

INLINE void scaled_copy(float *target, const float *row, size_t count, float factor) {
    size_t whole = count / LANES * LANES;
    for (size_t c = 0; c < whole; c += LANES) STORE(target + c, LOAD(row + c) * SPLAT(factor));
    for (size_t c = whole; c < count; c++) target[c] = row[c] * factor;
}

void KERNEL(attendant_attention)(const attendant_attention_heads *a, size_t first_head, size_t last_head, float *scratch) {
    size_t tokens = a->tokens, size = a->head_size, padded = (tokens + PANEL - 1) / PANEL * PANEL;
    float *key_panels = scratch, *scores = key_panels + padded * size, *values = scores + QUERY_BLOCK * padded;
    for (size_t head = first_head; head < last_head; head++) {
        const float *query = a->query + head * size, *key = a->key + head * size, *value = a->value + head * size;
        transpose_into_panels(key, tokens, a->stride, size, key_panels);
        size_t value_panels = (size + PANEL - 1) / PANEL;
        // Whole panels of values are read where they stand; others would be read beyond their end.
        int values_stand = size % PANEL == 0;
        if (!values_stand) {
            for (size_t n = 0; n < value_panels; n++) {
                size_t there = size - n * PANEL < PANEL ? size - n * PANEL : PANEL;
                for (size_t t = 0; t < tokens; t++) {
                    float *target = values + (n * tokens + t) * PANEL;
                    memset(target, 0, PANEL * sizeof(float));
                    memcpy(target, value + t * a->stride + n * PANEL, there * sizeof(float));
                }
            }
        }
        size_t blocks = tile_count(a->queries, QUERY_BLOCK);
        for (size_t block = 0; block < blocks; block++) {
            size_t row = a->queries * block / blocks, rows = a->queries * (block + 1) / blocks - row;
            attendant_product scored = {
                .input = query + row * a->stride, .input_stride = a->stride, .rows = rows, .depth = size,
                .panels = key_panels, .panel_stride = PANEL * size, .depth_stride = PANEL,
                .product = scores, .product_stride = padded, .columns = padded,
            };
            KERNEL(attendant_product_f32)(&scored, 0, padded / PANEL);
            float inverses[QUERY_BLOCK];
            for (size_t r = 0; r < rows; r++) {
                inverses[r] = exponentials(scores + r * padded, tokens, a->scale);
                float *weights = a->weights ? a->weights[head] : NULL;
                // Written beside, so that the context has the same bits whether somebody looks or not.
                if (weights) scaled_copy(weights + (row + r) * tokens, scores + r * padded, tokens, inverses[r]);
            }
            float *context = a->context + row * a->context_stride + head * size;
            attendant_product mixed = {
                .input = scores, .input_stride = padded, .rows = rows, .depth = tokens,
                .panels = values_stand ? value : values, .panel_stride = values_stand ? PANEL : PANEL * tokens,
                .depth_stride = values_stand ? a->stride : PANEL,
                .product = context, .product_stride = a->context_stride, .columns = size,
            };
            KERNEL(attendant_product_f32)(&mixed, 0, value_panels);
            for (size_t r = 0; r < rows; r++) {
                float *mean = context + r * a->context_stride;
                scaled_copy(mean, mean, size, inverses[r]);
            }
        }
    }
}

#undef QUERY_BLOCK
