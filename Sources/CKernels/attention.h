// Scaled dot-product attention of one sequence (Vaswani et al., arXiv 1706.03762, section 3.2.1), a block of queries at a time, so
// that scores never leave the second cache. Included once for each instruction set, after product_f32.h.
//
// Keys and values are panels of 32 columns, of which head sizes are multiples. ATTENTION_ROWS and ATTENTION_VECTORS are the includer's:
// what its registers hold as sums.

#include "attention_scratch.h"

#include <math.h>

#define KEYS ATTENDANT_ATTENTION_COLUMNS

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

// Row i of a matrix whose rows may be picked by an index.
INLINE const float *picked_row(const float *rows, const int32_t *index, ptrdiff_t i, size_t stride) {
    return rows + (index ? (ptrdiff_t)index[i] : i) * (ptrdiff_t)stride;
}

// panels[n / 32][depth][32] from rows[count][depth], the last panel filled up with zeros.
static void transpose_into_panels(const float *rows, const int32_t *index, size_t count, size_t stride, size_t depth, float *panels) {
    size_t whole_depth = depth / LANES * LANES;
    for (size_t first = 0; first < count; first += LANES) {
        float *panel = panels + first / KEYS * KEYS * depth + first % KEYS;
        size_t there = count - first < LANES ? count - first : LANES;
        for (size_t k = 0; k < whole_depth; k += LANES) {
            f32x16 block[LANES];
            for (size_t i = 0; i < LANES; i++) block[i] = i < there ? LOAD(picked_row(rows, index, first + i, stride) + k) : SPLAT(0.0f);
            transpose_16(block);
            for (size_t i = 0; i < LANES; i++) STORE(panel + (k + i) * KEYS, block[i]);
        }
        for (size_t k = whole_depth; k < depth; k++) {
            for (size_t i = 0; i < LANES; i++) panel[k * KEYS + i] = i < there ? picked_row(rows, index, first + i, stride)[k] : 0.0f;
        }
    }
    if (count % KEYS != 0 && count % KEYS <= LANES) {
        float *panel = panels + count / KEYS * KEYS * depth + LANES;
        for (size_t k = 0; k < depth; k++) STORE(panel + k * KEYS, SPLAT(0.0f));
    }
}

// panels[n / 32][count][32] from rows[count][depth], the last panel filled up with zeros. Where they stand, the rows of one head are a page
// apart.
static void copy_into_panels(const float *rows, const int32_t *index, size_t count, size_t stride, size_t depth, float *panels) {
    for (size_t first = 0; first < depth; first += KEYS) {
        size_t there = depth - first < KEYS ? depth - first : KEYS;
        for (size_t i = 0; i < count; i++) {
            float *target = panels + first * count + i * KEYS;
            const float *row = picked_row(rows, index, i, stride) + first;
            if (there == KEYS) {
                memcpy(target, row, KEYS * sizeof(float));
            } else {
                memset(target, 0, KEYS * sizeof(float));
                memcpy(target, row, there * sizeof(float));
            }
        }
    }
}

// row = 2^(factor row + offset), vectors of it, which are also added up.
INLINE void add_exponentials(const int vectors, float *row, float factor, float offset, f32x16 *sums) {
    f32x16 e[MOST_VECTORS];
#pragma unroll
    for (int v = 0; v < vectors; v++) e[v] = FMA(LOAD(row + LANES * v), SPLAT(factor), SPLAT(offset));
    exp2_into(e, vectors);
#pragma unroll
    for (int v = 0; v < vectors; v++) {
        STORE(row + LANES * v, e[v]);
        *sums += e[v];
    }
}

// row = e^(scale (row - its maximum)); the inverse of the sum is returned. The row's last vector is whole, so there is something to read
// and write beyond the last column; it does not count.
INLINE float exponentials(float *row, size_t count, float scale) {
    const i32x16 lanes = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    size_t last = (count - 1) / LANES * LANES;
    i32x16 counts = lanes < (int32_t)(count - last); // all ones where true
    f32x16 ending = counts ? LOAD(row + last) : SPLAT(-__builtin_inff());
    f32x16 maxima = ending, others = ending;
    size_t c = 0;
    for (; c + 2 * LANES <= last; c += 2 * LANES) {
        maxima = MAX(LOAD(row + c), maxima);
        others = MAX(LOAD(row + c + LANES), others);
    }
    if (c < last) maxima = MAX(LOAD(row + c), maxima);
    maxima = MAX(maxima, others);
    // Powers of two, for e^x = 2^(x log2 e).
    float factor = scale * 1.44269504f, offset = -factor * horizontal_max(&maxima);
    f32x16 sums = FMA(ending, SPLAT(factor), SPLAT(offset));
    exp2_into(&sums, 1);
    STORE(row + last, sums);
    for (c = 0; c + 4 * LANES <= last; c += 4 * LANES) add_exponentials(4, row + c, factor, offset, &sums);
    for (; c < last; c += LANES) add_exponentials(1, row + c, factor, offset, &sums);
    return 1.0f / horizontal_sum(&sums);
}

INLINE void scaled_copy(float *target, const float *row, size_t count, float factor) {
    size_t whole = count / LANES * LANES;
    for (size_t c = 0; c < whole; c += LANES) STORE(target + c, LOAD(row + c) * SPLAT(factor));
    for (size_t c = whole; c < count; c++) target[c] = row[c] * factor;
}

INLINE void attention_part(const int rows, const float *input, size_t input_stride, const float *panel, size_t depth, float *product,
                           size_t product_stride) {
    sum_block sums;
    tile_store store = {.product = product, .product_stride = product_stride, .bias = no_bias};
    begin_sums(rows, ATTENTION_VECTORS, &store, sums);
    add_f32(rows, ATTENTION_VECTORS, input, input_stride, panel, KEYS, depth, (next_panel){NULL, 0}, sums);
    put_sums(rows, ATTENTION_VECTORS, &store, sums);
}

// product[rows, 32] = input[rows, depth] · panel[depth, 32]
static void attention_product(size_t rows, const float *input, size_t input_stride, const float *panel, size_t depth, float *product,
                              size_t product_stride) {
    for (int first = 0; first < KEYS; first += LANES * ATTENTION_VECTORS) {
        const float *columns = panel + first;
        float *target = product + first;
#define BLOCK(R)                                                                                                       \
    case R:                                                                                                            \
        if (R <= ATTENTION_ROWS) attention_part(R, input, input_stride, columns, depth, target, product_stride); \
        break;
        switch (rows) {
            BLOCK(1) BLOCK(2) BLOCK(3) BLOCK(4) BLOCK(5) BLOCK(6) BLOCK(7)
            BLOCK(8) BLOCK(9) BLOCK(10) BLOCK(11) BLOCK(12) BLOCK(13) BLOCK(14)
        }
#undef BLOCK
    }
}

#include "attention_terms.h"

// The keys first..<last that a query sees: all, or those inside of its window.
INLINE void keys_of(const attendant_attention_heads *a, size_t row, size_t *first, size_t *last) {
    *first = 0;
    *last = a->tokens;
    if (a->window >= PTRDIFF_MAX) return;
    ptrdiff_t place = (ptrdiff_t)row - a->first_distance, window = (ptrdiff_t)a->window, tokens = (ptrdiff_t)a->tokens;
    if (place - window > 0) *first = place - window < tokens ? place - window : tokens - 1;
    if (place + window + 1 < tokens) *last = place + window + 1 > 0 ? place + window + 1 : 1;
}

INLINE void fill(float *row, size_t first, size_t last, float value) {
    for (size_t k = first; k < last; k++) row[k] = value;
}

INLINE void put_weights(const attendant_attention_heads *a, float *weights, const float *row, size_t first, size_t last, float factor) {
    if (a->key_rows) {
        // A bias stands for a key that counts more than once: one of its copies is shown.
        for (size_t k = first; k < last; k++) weights[a->key_rows[k]] = row[k] * factor * expf(-a->key_bias[k] * a->scale);
    } else {
        scaled_copy(weights + first, row + first, last - first, factor);
    }
}

void KERNEL(attendant_attention)(const attendant_attention_heads *a, size_t first_head, size_t last_head, float *scratch) {
    size_t tokens = a->tokens, size = a->head_size, padded = attention_padded(tokens), mixed_stride = attention_padded(size);
    float *key_panels = scratch, *scores = key_panels + padded * size, *mixed = scores + ATTENTION_ROWS * padded;
    float *value_panels = mixed + ATTENTION_ROWS * mixed_stride;
    relative_scratch relative = relative_scratch_at(a, value_panels + tokens * mixed_stride);
    for (size_t head = first_head; head < last_head; head++) {
        const float *query = a->query + head * size, *key = a->key + head * size, *value = a->value + head * size;
        transpose_into_panels(key, a->key_rows, tokens, a->stride, size, key_panels);
        if (a->context) copy_into_panels(value, a->key_rows, tokens, a->stride, size, value_panels);
        if (a->relative) prepare_relative(a, head, &relative);
        size_t blocks = tile_count(a->queries, ATTENTION_ROWS);
        for (size_t block = 0; block < blocks; block++) {
            size_t row = a->queries * block / blocks, rows = a->queries * (block + 1) / blocks - row;
            // Keys that no query of the block sees are left out, whole panels of them in front.
            size_t first, last, unused;
            keys_of(a, row, &first, &unused);
            keys_of(a, row + rows - 1, &unused, &last);
            size_t from = first / KEYS * KEYS;
            for (size_t n = from / KEYS; n * KEYS < last; n++) {
                attention_product(rows, query + row * a->stride, a->stride, key_panels + n * KEYS * size, size, scores + n * KEYS,
                                  padded);
            }
            if (a->relative) add_relative(a, head, row, rows, &relative, scores, padded);
            if (a->key_rows) {
                for (size_t r = 0; r < rows; r++) add_row(scores + r * padded, a->key_bias, tokens);
            }
            float inverses[ATTENTION_ROWS];
            for (size_t r = 0; r < rows; r++) {
                float *row_scores = scores + r * padded;
                size_t seen, end;
                keys_of(a, row + r, &seen, &end);
                fill(row_scores, from, seen, -__builtin_inff());
                fill(row_scores, end, last, -__builtin_inff());
                inverses[r] = exponentials(row_scores + from, last - from, a->scale);
                // An exponential is never quite zero, and products with the least of numbers take a hundred times as long.
                fill(row_scores, from, seen, 0.0f);
                fill(row_scores, end, last, 0.0f);
                float *weights = a->weights ? a->weights[head] : NULL;
                // Written beside, so that the context has the same bits whether somebody looks or not.
                if (weights) put_weights(a, weights + (row + r) * a->weights_stride, row_scores, seen, end, inverses[r]);
            }
            if (!a->context) continue;
            for (size_t n = 0; n < mixed_stride / KEYS; n++) {
                attention_product(rows, scores + from, padded, value_panels + (n * tokens + from) * KEYS, last - from, mixed + n * KEYS,
                                  mixed_stride);
            }
            float *context = a->context + row * a->context_stride + head * size;
            for (size_t r = 0; r < rows; r++) {
                scaled_copy(context + r * a->context_stride, mixed + r * mixed_stride, size, inverses[r]);
            }
        }
    }
}

#undef KEYS
