#include "CKernels.h"

size_t attendant_attention_scratch(size_t tokens, size_t head_size) {
    size_t panel = ATTENDANT_ATTENTION_COLUMNS, padded = (tokens + panel - 1) / panel * panel;
    size_t value_panels = (head_size + panel - 1) / panel;
    // Keys as panels, a block of scores, one of contexts, and values as panels.
    return padded * head_size + ATTENDANT_ATTENTION_ROWS * (padded + value_panels * panel) + value_panels * tokens * panel;
}
