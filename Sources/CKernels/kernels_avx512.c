// AVX-512 (x86-64-v4). Attention has 14 rows of 2 vectors, for heads are 32 or 64 wide.
#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("arch=x86-64-v4"), min_vector_width(512))), apply_to = function)

#include "tile_avx512.h"

#define ATTENTION_ROWS 14
#define ATTENTION_VECTORS 2
#define KERNEL(name) name##_avx512
#include "products.h"
#include "product_f32.h"
#include "attention.h"
#include "encoding.h"
#include "product_int8.h"

#pragma clang attribute pop
#endif
