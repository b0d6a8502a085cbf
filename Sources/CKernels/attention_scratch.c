#include "CKernels.h"

size_t attendant_attention_scratch(size_t tokens, size_t head_size) {
    size_t panel = ATTENDANT_PANEL_COLUMNS, padded = (tokens + panel - 1) / panel * panel;
    size_t value_panels = (head_size + panel - 1) / panel;
    // Keys as panels, a block of scores, and values as panels where they can't be read in place.
    return padded * head_size + ATTENDANT_TILE_ROWS * padded + value_panels * tokens * panel;
}
