#include "attention_scratch.h"

size_t attendant_attention_scratch(const attendant_attention_heads *a) {
    size_t padded = attention_padded(a->tokens), mixed = attention_padded(a->head_size);
    // Keys as panels, a block of scores, one of contexts, and values as panels.
    size_t plain = padded * a->head_size + ATTENDANT_ATTENTION_ROWS * (padded + mixed) + a->tokens * mixed;
    if (!a->relative) return plain;
    size_t before = (size_t)(relative_scratch_at(a, (float *)0).by_key - (float *)0);
    return plain + before + (a->relative->queries ? a->queries * a->tokens : 0);
}
