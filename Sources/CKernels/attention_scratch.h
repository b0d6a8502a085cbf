// How attention's scratch memory is laid out.
#ifndef ATTENDANT_ATTENTION_SCRATCH_H
#define ATTENDANT_ATTENTION_SCRATCH_H

#include "CKernels.h"
#include "vector_math.h"

// Whole panels.
INLINE size_t attention_padded(size_t count) {
    return (count + ATTENDANT_ATTENTION_COLUMNS - 1) / ATTENDANT_ATTENTION_COLUMNS * ATTENDANT_ATTENTION_COLUMNS;
}

// Distances between any query and any key.
INLINE size_t attention_distances(const attendant_attention_heads *a) { return a->queries + a->tokens - 1; }

// What relative terms need beside the scores. Distances count from the least, that of the first key from the last query.
typedef struct {
    float *key_panels;   // [distances / 32][head_size][32]
    float *query_panels; // likewise
    float *products;     // [block of rows, distances]
    float *biased;       // [block of rows, head_size]
    float *by_key;       // [queries, tokens]: what the keys' products with relative queries add to the scores
} relative_scratch;

INLINE relative_scratch relative_scratch_at(const attendant_attention_heads *a, float *start) {
    relative_scratch scratch = {0};
    if (!a->relative) return scratch;
    size_t distances = attention_padded(attention_distances(a));
    scratch.products = start;
    scratch.biased = scratch.products + ATTENDANT_ATTENTION_ROWS * distances;
    scratch.key_panels = scratch.biased + ATTENDANT_ATTENTION_ROWS * a->head_size;
    scratch.query_panels = scratch.key_panels + (a->relative->keys ? distances * a->head_size : 0);
    scratch.by_key = scratch.query_panels + (a->relative->queries ? distances * a->head_size : 0);
    return scratch;
}

#endif
