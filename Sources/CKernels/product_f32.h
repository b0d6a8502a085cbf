// The product of f32 rows with f32 panels, and of f32 rows with bf16 panels that are widened on the way. Included once for each
// instruction set, which says how many rows and vectors its registers hold as sums.
//
// TILE_ROWS, TILE_VECTORS and KERNEL(name) are the includer's.

INLINE void product_f32_tile(const int rows, const int vectors, const float *input, size_t input_stride, const float *panel,
                             size_t depth_stride, size_t depth, const float *ahead, const tile_store *store) {
    f32x16 sums[TILE_ROWS][TILE_VECTORS];
#pragma unroll
    for (int r = 0; r < rows; r++) {
#pragma unroll
        for (int v = 0; v < vectors; v++) tile_bias(store, v, &sums[r][v]);
    }
    for (size_t k = 0; k < depth; k++) {
        f32x16 weights[TILE_VECTORS];
#pragma unroll
        for (int v = 0; v < vectors; v++) weights[v] = LOAD(panel + k * depth_stride + LANES * v);
        // The panel after this one: where weights come from memory, waiting for them is most of a small batch's time.
        if (ahead) {
#pragma unroll
            for (int v = 0; v < vectors; v++) __builtin_prefetch(ahead + k * PANEL + LANES * v, 0, 2);
        }
#pragma unroll
        for (int r = 0; r < rows; r++) {
            f32x16 x = SPLAT(input[r * input_stride + k]);
#pragma unroll
            for (int v = 0; v < vectors; v++) sums[r][v] = FMA(x, weights[v], sums[r][v]);
        }
    }
#pragma unroll
    for (int r = 0; r < rows; r++) {
#pragma unroll
        for (int v = 0; v < vectors; v++) tile_put(store, r, v, &sums[r][v]);
    }
}

// bf16 is the upper half of an f32. Two depths stand in each 32-bit lane of a panel, the even one below.
INLINE void product_widened_tile(const int rows, const int vectors, const float *input, size_t input_stride,
                                 const uint16_t *panel, size_t depth, const tile_store *store) {
    f32x16 sums[TILE_ROWS][TILE_VECTORS];
#pragma unroll
    for (int r = 0; r < rows; r++) {
#pragma unroll
        for (int v = 0; v < vectors; v++) tile_bias(store, v, &sums[r][v]);
    }
    for (size_t k = 0; k < depth; k += 2) {
        f32x16 even[TILE_VECTORS], odd[TILE_VECTORS];
#pragma unroll
        for (int v = 0; v < vectors; v++) {
            i32x16 pairs;
            memcpy(&pairs, panel + k * PANEL + 2 * LANES * v, sizeof pairs);
            i32x16 low = pairs << 16, high = pairs & (i32x16)(int32_t)0xffff0000;
            memcpy(&even[v], &low, sizeof low);
            memcpy(&odd[v], &high, sizeof high);
        }
        // The weights of an odd depth's missing partner are zero, and so must be what they are multiplied with.
        int has_odd = k + 1 < depth;
#pragma unroll
        for (int r = 0; r < rows; r++) {
            f32x16 x = SPLAT(input[r * input_stride + k]);
#pragma unroll
            for (int v = 0; v < vectors; v++) sums[r][v] = FMA(x, even[v], sums[r][v]);
        }
        if (has_odd) {
#pragma unroll
            for (int r = 0; r < rows; r++) {
                f32x16 x = SPLAT(input[r * input_stride + k + 1]);
#pragma unroll
                for (int v = 0; v < vectors; v++) sums[r][v] = FMA(x, odd[v], sums[r][v]);
            }
        }
    }
#pragma unroll
    for (int r = 0; r < rows; r++) {
#pragma unroll
        for (int v = 0; v < vectors; v++) tile_put(store, r, v, &sums[r][v]);
    }
}

static void product_f32_rows(size_t rows, const float *input, size_t input_stride, const float *panel, size_t depth_stride,
                             size_t depth, const float *ahead, const tile_store *store) {
    for (int v = 0; v < PANEL / LANES; v += TILE_VECTORS) {
        tile_store part = *store;
        part.product += LANES * v;
        if (part.bias) part.bias += LANES * v;
        if (part.residual) part.residual += LANES * v;
        const float *part_ahead = ahead ? ahead + LANES * v : NULL;
#define TILE(R)                                                                                                        \
    product_f32_tile(R <= TILE_ROWS ? R : TILE_ROWS, TILE_VECTORS, input, input_stride, panel + LANES * v, depth_stride, depth, part_ahead, &part)
        WITH_CONSTANT_ROWS(rows, TILE)
#undef TILE
    }
}

static void product_widened_rows(size_t rows, const float *input, size_t input_stride, const uint16_t *panel, size_t depth,
                                 const tile_store *store) {
    for (int v = 0; v < PANEL / LANES; v += TILE_VECTORS) {
        tile_store part = *store;
        part.product += LANES * v;
        if (part.bias) part.bias += LANES * v;
        if (part.residual) part.residual += LANES * v;
#define TILE(R)                                                                                                        \
    product_widened_tile(R <= TILE_ROWS ? R : TILE_ROWS, TILE_VECTORS, input, input_stride, panel + 2 * LANES * v, depth, &part)
        WITH_CONSTANT_ROWS(rows, TILE)
#undef TILE
    }
}

void KERNEL(attendant_product_f32)(const attendant_product *p, size_t first_panel, size_t last_panel) {
    size_t tiles = tile_count(p->rows, TILE_ROWS);
    for (size_t n = first_panel; n < last_panel; n++) {
        size_t column = n * PANEL;
        const float *panel = (const float *)p->panels + n * p->panel_stride;
        for (size_t t = 0; t < tiles; t++) {
            size_t row = p->rows * t / tiles, rows = p->rows * (t + 1) / tiles - row;
            const float *input = (const float *)p->input + row * p->input_stride;
            const float *ahead = t + 1 == tiles && n + 1 < last_panel && p->depth_stride == PANEL ? panel + p->panel_stride : NULL;
            if (column + PANEL <= p->columns) {
                tile_store store = store_at(p, row, column);
                product_f32_rows(rows, input, p->input_stride, panel, p->depth_stride, p->depth, ahead, &store);
            } else {
                float edge[EDGE_FLOATS];
                tile_store store = {.product = edge, .product_stride = PANEL};
                product_f32_rows(rows, input, p->input_stride, panel, p->depth_stride, p->depth, ahead, &store);
                copy_edge(p, row, rows, column, edge);
            }
            activate_tile(p, row, rows, column);
        }
    }
}

void KERNEL(attendant_product_widened)(const attendant_product *p, size_t first_panel, size_t last_panel) {
    size_t tiles = tile_count(p->rows, TILE_ROWS);
    for (size_t n = first_panel; n < last_panel; n++) {
        size_t column = n * PANEL;
        const uint16_t *panel = (const uint16_t *)p->panels + n * p->panel_stride;
        for (size_t t = 0; t < tiles; t++) {
            size_t row = p->rows * t / tiles, rows = p->rows * (t + 1) / tiles - row;
            const float *input = (const float *)p->input + row * p->input_stride;
            if (column + PANEL <= p->columns) {
                tile_store store = store_at(p, row, column);
                product_widened_rows(rows, input, p->input_stride, panel, p->depth, &store);
            } else {
                float edge[EDGE_FLOATS];
                tile_store store = {.product = edge, .product_stride = PANEL};
                product_widened_rows(rows, input, p->input_stride, panel, p->depth, &store);
                copy_edge(p, row, rows, column, edge);
            }
            activate_tile(p, row, rows, column);
        }
    }
}
