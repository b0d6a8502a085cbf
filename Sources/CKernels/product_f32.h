// The product of f32 rows with f32 panels, and of f32 rows with bf16 panels that are widened on the way. Included once for each
// instruction set, which says how many rows and vectors its registers hold as sums.
//
// TILE_ROWS, TILE_VECTORS and KERNEL(name) are the includer's.

// The part of a tile that the registers hold: TILE_VECTORS vectors of its columns, from `first` on.
INLINE tile_store columns_of(const tile_store *store, int first) {
    tile_store part = *store;
    part.product += LANES * first;
    if (part.bias) part.bias += LANES * first;
    if (part.residual) part.residual += LANES * first;
    return part;
}

INLINE void product_f32_part(const int rows, const attendant_product *p, const tile *t, int first) {
    const float *input = (const float *)p->input + t->row * p->input_stride;
    size_t input_stride = p->input_stride, depth_stride = p->depth_stride, depth = p->depth;
    tile_store store = columns_of(&t->store, first);
    f32x16 sums[TILE_ROWS][TILE_VECTORS];
#pragma unroll
    for (int r = 0; r < rows; r++) {
#pragma unroll
        for (int v = 0; v < TILE_VECTORS; v++) tile_bias(&store, v, &sums[r][v]);
    }
    for (size_t k = 0; k < depth; k++) {
        const float *panel = (const float *)t->panel + k * depth_stride + LANES * first;
        f32x16 weights[TILE_VECTORS];
#pragma unroll
        for (int v = 0; v < TILE_VECTORS; v++) {
            weights[v] = LOAD(panel + LANES * v);
            fetch_ahead(t, (const char *)(panel + LANES * v), depth_stride * sizeof(float), k, first + v);
        }
#pragma unroll
        for (int r = 0; r < rows; r++) {
            f32x16 x = SPLAT(input[r * input_stride + k]);
#pragma unroll
            for (int v = 0; v < TILE_VECTORS; v++) sums[r][v] = FMA(x, weights[v], sums[r][v]);
        }
    }
#pragma unroll
    for (int r = 0; r < rows; r++) {
#pragma unroll
        for (int v = 0; v < TILE_VECTORS; v++) tile_put(&store, r, v, &sums[r][v]);
    }
}

// bf16 is the upper half of an f32. Two depths stand in each 32-bit lane of a panel, the even one below.
INLINE void product_widened_part(const int rows, const attendant_product *p, const tile *t, int first) {
    const float *input = (const float *)p->input + t->row * p->input_stride;
    size_t input_stride = p->input_stride, depth = p->depth;
    tile_store store = columns_of(&t->store, first);
    f32x16 sums[TILE_ROWS][TILE_VECTORS];
#pragma unroll
    for (int r = 0; r < rows; r++) {
#pragma unroll
        for (int v = 0; v < TILE_VECTORS; v++) tile_bias(&store, v, &sums[r][v]);
    }
    for (size_t k = 0; k < depth; k += 2) {
        const uint16_t *panel = (const uint16_t *)t->panel + k * PANEL + 2 * LANES * first;
        f32x16 even[TILE_VECTORS], odd[TILE_VECTORS];
#pragma unroll
        for (int v = 0; v < TILE_VECTORS; v++) {
            i32x16 pairs;
            memcpy(&pairs, panel + 2 * LANES * v, sizeof pairs);
            fetch_ahead(t, (const char *)(panel + 2 * LANES * v), STEP_BYTES, k / 2, first + v);
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
            for (int v = 0; v < TILE_VECTORS; v++) sums[r][v] = FMA(x, even[v], sums[r][v]);
        }
        if (has_odd) {
#pragma unroll
            for (int r = 0; r < rows; r++) {
                f32x16 x = SPLAT(input[r * input_stride + k + 1]);
#pragma unroll
                for (int v = 0; v < TILE_VECTORS; v++) sums[r][v] = FMA(x, odd[v], sums[r][v]);
            }
        }
    }
#pragma unroll
    for (int r = 0; r < rows; r++) {
#pragma unroll
        for (int v = 0; v < TILE_VECTORS; v++) tile_put(&store, r, v, &sums[r][v]);
    }
}

// No tile is taller than TILE_ROWS: the instances beyond it only have to compile.
#define ROWS_AT_MOST(R) ((R) <= TILE_ROWS ? (R) : TILE_ROWS)

static void product_f32_tile(const attendant_product *p, const tile *t) {
    for (int first = 0; first < PANEL / LANES; first += TILE_VECTORS) {
#define TILE(R) product_f32_part(ROWS_AT_MOST(R), p, t, first)
        WITH_CONSTANT_ROWS(t->rows, TILE)
#undef TILE
    }
}

static void product_widened_tile(const attendant_product *p, const tile *t) {
    for (int first = 0; first < PANEL / LANES; first += TILE_VECTORS) {
#define TILE(R) product_widened_part(ROWS_AT_MOST(R), p, t, first)
        WITH_CONSTANT_ROWS(t->rows, TILE)
#undef TILE
    }
}

void KERNEL(attendant_product_f32)(const attendant_product *p, size_t first_panel, size_t last_panel) {
    for_each_tile(p, first_panel, last_panel, TILE_ROWS, sizeof(float), product_f32_tile);
}

void KERNEL(attendant_product_widened)(const attendant_product *p, size_t first_panel, size_t last_panel) {
    for_each_tile(p, first_panel, last_panel, TILE_ROWS, sizeof(uint16_t), product_widened_tile);
}
