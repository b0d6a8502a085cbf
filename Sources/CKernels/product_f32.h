// The product of f32 rows with f32 panels, and of f32 rows with bf16 panels that are widened on the way. Included once for each
// instruction set, which says how many rows and vectors its registers hold as sums.
//
// TILE_ROWS, TILE_VECTORS and KERNEL(name) are the includer's, and AFTER(sum, pointer): it makes the pointer depend on the sum, at no cost,
// so that what is loaded from it is not moved before that sum. The compiler would otherwise begin an unrolled loop with all its loads, and
// move sums out of the registers for them.

// No tile is taller than TILE_ROWS: the instances beyond it only have to compile.
#define ROWS_AT_MOST(R) ((R) <= TILE_ROWS ? (R) : TILE_ROWS)

// The part of a tile that the registers hold: TILE_VECTORS vectors of its columns, from `first` on.
INLINE tile_store columns_of(const tile_store *store, int first) {
    tile_store part = *store;
    part.product += LANES * first;
    part.bias += LANES * first;
    if (part.residual) part.residual += LANES * first;
    return part;
}

// sums[r] += input[r] weights, one depth.
INLINE void add_depth(const int rows, const int vectors, const float *input, size_t input_stride, const f32x16 *weights, sum_block sums) {
#pragma unroll
    for (int r = 0; r < rows; r++) {
        f32x16 x = SPLAT(input[r * input_stride]);
#pragma unroll
        for (int v = 0; v < vectors; v++) sums[r][v] = FMA(x, weights[v], sums[r][v]);
    }
}

INLINE void add_f32_step(const int rows, const int vectors, const float *input, size_t input_stride, const float *panel, sum_block sums) {
    f32x16 weights[4];
#pragma unroll
    for (int v = 0; v < vectors; v++) weights[v] = LOAD(panel + LANES * v);
    add_depth(rows, vectors, input, input_stride, weights, sums);
}

// sums += input[rows, depth] · panel[depth, columns]
INLINE void add_f32(const int rows, const int vectors, const float *input, size_t input_stride, const float *panel, size_t depth_stride, size_t depth,
                    next_panel next, sum_block sums) {
    size_t k = 0;
    for (; k + STEPS <= depth; k += STEPS) {
        fetch_ahead(&next);
#pragma unroll
        for (int step = 0; step < STEPS; step++) {
            add_f32_step(rows, vectors, input + step, input_stride, panel, sums);
            panel += depth_stride;
            AFTER(sums[0][0], panel);
        }
        input += STEPS;
    }
    for (; k < depth; k++, panel += depth_stride) add_f32_step(rows, vectors, input++, input_stride, panel, sums);
}

// bf16 is the upper half of an f32. Two depths stand in each 32-bit lane of a panel, the even one below; `odd` is a constant.
INLINE void add_half_of_pair(const int rows, const int vectors, const int odd, const float *input, size_t input_stride,
                             const uint16_t *panel, sum_block sums) {
    f32x16 weights[4];
#pragma unroll
    for (int v = 0; v < vectors; v++) {
        i32x16 pairs;
        memcpy(&pairs, panel + 2 * LANES * v, sizeof pairs);
        pairs = odd ? pairs & (i32x16)(int32_t)0xffff0000 : pairs << 16;
        memcpy(&weights[v], &pairs, sizeof pairs);
    }
    add_depth(rows, vectors, input, input_stride, weights, sums);
}

INLINE void add_widened(const int rows, const int vectors, const float *input, size_t input_stride, const uint16_t *panel, size_t depth, next_panel next,
                        sum_block sums) {
    size_t k = 0;
    for (; k + 2 * STEPS <= depth; k += 2 * STEPS) {
        fetch_ahead(&next);
#pragma unroll
        for (int step = 0; step < STEPS; step++) {
            add_half_of_pair(rows, vectors, 0, input + 2 * step, input_stride, panel, sums);
            AFTER(sums[0][0], panel);
            add_half_of_pair(rows, vectors, 1, input + 2 * step + 1, input_stride, panel, sums);
            panel += 2 * PANEL;
            AFTER(sums[0][0], panel);
        }
        input += 2 * STEPS;
    }
    // The partner of an odd last depth is no number of the input's.
    for (; k < depth; k += 2, panel += 2 * PANEL) {
        add_half_of_pair(rows, vectors, 0, input++, input_stride, panel, sums);
        if (k + 1 < depth) add_half_of_pair(rows, vectors, 1, input++, input_stride, panel, sums);
    }
}

INLINE void product_f32_part(const int rows, const attendant_product *p, const tile *t, int first) {
    tile_store store = columns_of(&t->store, first);
    sum_block sums;
    begin_sums(rows, TILE_VECTORS, &store, sums);
    const float *input = (const float *)p->input + t->row * p->input_stride, *panel = (const float *)t->panel + LANES * first;
    add_f32(rows, TILE_VECTORS, input, p->input_stride, panel, PANEL, p->depth, t->next, sums);
    put_sums(rows, TILE_VECTORS, &store, sums);
}

INLINE void product_widened_part(const int rows, const attendant_product *p, const tile *t, int first) {
    tile_store store = columns_of(&t->store, first);
    sum_block sums;
    begin_sums(rows, TILE_VECTORS, &store, sums);
    const float *input = (const float *)p->input + t->row * p->input_stride;
    const uint16_t *panel = (const uint16_t *)t->panel + 2 * LANES * first;
    add_widened(rows, TILE_VECTORS, input, p->input_stride, panel, p->depth, t->next, sums);
    put_sums(rows, TILE_VECTORS, &store, sums);
}

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
