// The parts of a product that are the same for every element type: panels of columns, tiles of rows, and the store.
#ifndef ATTENDANT_PRODUCTS_H
#define ATTENDANT_PRODUCTS_H

#include "CKernels.h"
#include "activation.h"
#include "vector_math.h"

#define PANEL ATTENDANT_PANEL_COLUMNS

// Rows of a tile are a constant inside its loops, so that the sums stay in registers: one instance for each number.
#define WITH_CONSTANT_ROWS(rows, CALL)                                                                                 \
    switch (rows) {                                                                                                    \
    case 1: CALL(1); break;                                                                                            \
    case 2: CALL(2); break;                                                                                            \
    case 3: CALL(3); break;                                                                                            \
    case 4: CALL(4); break;                                                                                            \
    case 5: CALL(5); break;                                                                                            \
    case 6: CALL(6); break;                                                                                            \
    case 7: CALL(7); break;                                                                                            \
    case 8: CALL(8); break;                                                                                            \
    default: CALL(9); break;                                                                                           \
    }

// Where a tile's sums go and what is added to them on the way.
typedef struct {
    float *product;
    size_t product_stride;
    const float *bias;     // of the panel's columns
    const float *residual; // of the tile's first row, or null
    size_t residual_stride;
} tile_store;

// What a tile asks for of the panel after its own, so that it is there when it is needed: so many lines of 64 bytes, from an address on,
// every four steps.
typedef struct {
    const char *address;
    size_t lines;
} next_panel;

// A step of a tile's loop reads one vector of each sixteen columns, whatever their type: one depth of f32, two of bf16, four of s8.
#define STEP_BYTES (4 * PANEL)
#define STEPS 4

// How far ahead of itself a tile asks for lines of its own panel: some hundred cycles.
#define NEAR_BYTES 4096

// Where weights come from memory, waiting for them would be most of a small batch's time. The tiles of a panel share in asking for the
// next one, evenly, for all at once is more than the caches behind can give.
INLINE void fetch_ahead(next_panel *next) {
    for (size_t line = 0; line < next->lines; line++) __builtin_prefetch(next->address + 64 * line, 0, 2);
    next->address += 64 * next->lines;
}

// Some rows of a product, and one panel.
typedef struct {
    size_t row, rows, column;
    const char *panel;
    next_panel next;
    tile_store store;
} tile;

// The bias of what has none.
static const float no_bias[PANEL];

// Vectors pass by pointer so that an instruction set's wider registers never cross a call.
INLINE void tile_bias(const tile_store *store, int vector, f32x16 *bias) { *bias = LOAD(store->bias + LANES * vector); }

// `adds` says whether there is a residual: a constant, so that it is asked once a tile and not for each vector.
INLINE void tile_put(const tile_store *store, const int adds, int row, int vector, const f32x16 *sums) {
    f32x16 out = *sums;
    if (adds) out += LOAD(store->residual + row * store->residual_stride + LANES * vector);
    STORE(store->product + row * store->product_stride + LANES * vector, out);
}

// A block of sums, rows by vectors of sixteen columns. Which of them are used is a constant wherever it counts: those are registers, and
// the others do not exist.
typedef f32x16 sum_block[16][4];

INLINE void begin_sums(const int rows, const int vectors, const tile_store *store, sum_block sums) {
#pragma unroll
    for (int r = 0; r < rows; r++) {
#pragma unroll
        for (int v = 0; v < vectors; v++) tile_bias(store, v, &sums[r][v]);
    }
}

INLINE void put_all(const int rows, const int vectors, const tile_store *store, const int adds, sum_block sums) {
#pragma unroll
    for (int r = 0; r < rows; r++) {
#pragma unroll
        for (int v = 0; v < vectors; v++) tile_put(store, adds, r, v, &sums[r][v]);
    }
}

INLINE void put_sums(const int rows, const int vectors, const tile_store *store, sum_block sums) {
    if (store->residual) {
        put_all(rows, vectors, store, 1, sums);
    } else {
        put_all(rows, vectors, store, 0, sums);
    }
}

// A panel that the product has fewer columns for is computed beside it and copied.
#define EDGE_FLOATS (ATTENDANT_TILE_ROWS * PANEL)

INLINE tile_store store_at(const attendant_product *p, size_t row, size_t column) {
    tile_store store = {
        .product = p->product + row * p->product_stride + column,
        .product_stride = p->product_stride,
        .bias = p->bias ? p->bias + column : no_bias,
        .residual = p->residual ? p->residual + row * p->residual_stride + column : NULL,
        .residual_stride = p->residual_stride,
    };
    return store;
}

INLINE void copy_edge(const attendant_product *p, const tile *t, const float *edge) {
    size_t columns = p->columns - t->column;
    for (size_t r = 0; r < t->rows; r++) {
        for (size_t c = 0; c < columns; c++) {
            float sum = edge[r * PANEL + c];
            if (p->bias) sum += p->bias[t->column + c];
            if (p->residual) sum += p->residual[(t->row + r) * p->residual_stride + t->column + c];
            p->product[(t->row + r) * p->product_stride + t->column + c] = sum;
        }
    }
}

// While the tile is in the first cache.
INLINE void activate_tile(const attendant_product *p, size_t row, size_t rows, size_t column) {
    if (p->activation == ATTENDANT_IDENTITY) return;
    size_t left = p->columns - column, columns = left < PANEL ? left : PANEL;
    activate_rows(p->product + row * p->product_stride + column, rows, columns, p->product_stride, p->activation);
}

INLINE size_t tile_count(size_t rows, size_t tile_rows) { return (rows + tile_rows - 1) / tile_rows; }

// The tiles of the panels first..<last, of nearly equal height: 10 rows are 5 and 5, for one row alone would wait for its loads.
INLINE void for_each_tile(const attendant_product *p, size_t first_panel, size_t last_panel, size_t tile_rows, size_t element_bytes,
                          void (*multiply)(const attendant_product *, const tile *)) {
    size_t tiles = tile_count(p->rows, tile_rows), panel_bytes = p->panel_stride * element_bytes;
    size_t lines = (STEPS * STEP_BYTES / 64 + tiles - 1) / tiles, share = panel_bytes / STEP_BYTES / STEPS * lines * 64;
    for (size_t n = first_panel; n < last_panel; n++) {
        const char *panel = (const char *)p->panels + n * panel_bytes;
        for (size_t i = 0; i < tiles; i++) {
            size_t row = p->rows * i / tiles;
            tile t = {.row = row, .rows = p->rows * (i + 1) / tiles - row, .column = n * PANEL, .panel = panel};
            if (i == 0 && (n == first_panel || tiles == 1)) {
                // Nobody has asked for this panel's own lines, or they come and go with this one tile.
                t.next = (next_panel){panel + NEAR_BYTES, STEPS * STEP_BYTES / 64};
            } else if (n + 1 < last_panel) {
                t.next = (next_panel){panel + panel_bytes + i * share, lines};
            }
            if (t.column + PANEL <= p->columns) {
                t.store = store_at(p, row, t.column);
                multiply(p, &t);
            } else {
                float edge[EDGE_FLOATS];
                t.store = (tile_store){.product = edge, .product_stride = PANEL, .bias = no_bias};
                multiply(p, &t);
                copy_edge(p, &t, edge);
            }
            activate_tile(p, row, t.rows, t.column);
        }
    }
}

#endif
