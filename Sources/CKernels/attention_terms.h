// What depends on the distance between query and key, added to their scores: a bias (MPNet, Song et al., arXiv 2004.09297), products of
// queries with relative keys (Transformer-XL, Dai et al., arXiv 1901.02860, and XLNet) and of keys with relative queries (disentangled
// attention: DeBERTa, He et al., arXiv 2006.03654), and XLNet's segment terms. Included by attention.h.

INLINE void add_row(float *row, const float *added, size_t count) {
    for (size_t c = 0; c < count; c++) row[c] += added[c];
}

// Panels of the rows that stand for each distance.
static void relative_panels(const attendant_attention_heads *a, const float *rows, const int32_t *index, size_t stride, float *panels) {
    ptrdiff_t least = a->first_distance - (ptrdiff_t)(a->queries - 1);
    transpose_into_panels(rows, index + least, attention_distances(a), stride, a->head_size, panels);
}

// products[rows, distances] for the distances first..<last, and a few around them that share their panels.
static void relative_products(size_t rows, const float *input, size_t stride, const float *panels, size_t size, size_t first, size_t last,
                              float *products, size_t products_stride) {
    for (size_t n = first / KEYS; n * KEYS < last; n++) {
        attention_product(rows, input, stride, panels + n * KEYS * size, size, products + n * KEYS, products_stride);
    }
}

// by_key[query][key] = key · relative query: each key's products stand in a row by distance, and are spread over the queries.
static void products_by_key(const attendant_attention_heads *a, size_t head, relative_scratch *scratch) {
    size_t size = a->head_size, queries = a->queries, stride = attention_padded(attention_distances(a));
    const float *key = a->key + head * size;
    for (size_t first = 0; first < a->tokens; first += ATTENTION_ROWS) {
        size_t rows = a->tokens - first < ATTENTION_ROWS ? a->tokens - first : ATTENTION_ROWS;
        relative_products(rows, key + first * a->stride, a->stride, scratch->query_panels, size, first, first + rows + queries - 1,
                          scratch->products, stride);
        for (size_t q = 0; q < queries; q++) {
            const float *products = scratch->products + first - q + queries - 1;
            float *target = scratch->by_key + q * a->tokens + first;
            for (size_t i = 0; i < rows; i++) target[i] = products[i * (stride + 1)];
        }
    }
}

// What a head needs once, before its blocks of queries.
static void prepare_relative(const attendant_attention_heads *a, size_t head, relative_scratch *scratch) {
    const attendant_relative_terms *t = a->relative;
    if (t->keys) relative_panels(a, t->keys + head * a->head_size, t->key_rows, t->keys_stride, scratch->key_panels);
    if (t->queries) {
        relative_panels(a, t->queries + head * a->head_size, t->query_rows, t->queries_stride, scratch->query_panels);
        products_by_key(a, head, scratch);
    }
}

// Where a query's segment is not the key's.
static void add_segments(const attendant_attention_heads *a, size_t head, const float *query, size_t row, float *scores) {
    const attendant_relative_terms *t = a->relative;
    const float *difference = t->segment_difference + head * a->head_size, *bias = t->segment_query_bias + head * a->head_size;
    float added = 0;
    for (size_t c = 0; c < a->head_size; c++) added += (query[c] + bias[c]) * difference[c];
    int32_t segment = t->query_segments[row];
    for (size_t k = 0; k < a->tokens; k++) scores[k] += t->key_segments[k] == segment ? 0.0f : added;
}

// The scores of some queries, scores[rows, tokens].
static void add_relative(const attendant_attention_heads *a, size_t head, size_t row, size_t rows, relative_scratch *scratch, float *scores,
                         size_t scores_stride) {
    const attendant_relative_terms *t = a->relative;
    size_t size = a->head_size, stride = attention_padded(attention_distances(a));
    const float *query = a->query + row * a->stride + head * size;
    if (t->keys) {
        const float *input = query;
        size_t input_stride = a->stride;
        if (t->query_bias) {
            for (size_t r = 0; r < rows; r++) {
                memcpy(scratch->biased + r * size, query + r * a->stride, size * sizeof(float));
                add_row(scratch->biased + r * size, t->query_bias + head * size, size);
            }
            input = scratch->biased;
            input_stride = size;
        }
        relative_products(rows, input, input_stride, scratch->key_panels, size, a->queries - row - rows,
                          a->queries - 1 - row + a->tokens, scratch->products, stride);
    }
    for (size_t r = 0; r < rows; r++) {
        float *target = scores + r * scores_stride;
        if (t->keys) add_row(target, scratch->products + r * stride + a->queries - 1 - row - r, a->tokens);
        if (t->queries) add_row(target, scratch->by_key + (row + r) * a->tokens, a->tokens);
        if (t->bias) add_row(target, t->bias + head * t->bias_stride + a->first_distance - (ptrdiff_t)(row + r), a->tokens);
        if (t->segment_difference) add_segments(a, head, query + r * a->stride, row + r, target);
    }
}
