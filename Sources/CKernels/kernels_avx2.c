// AVX2 with FMA (x86-64-v3): 6 rows of 1 vector, which is two registers here, leave 4 of the 16 for weights and inputs.
#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("arch=x86-64-v3"))), apply_to = function)

#define TILE_ROWS 6
#define TILE_VECTORS 1
#define ATTENTION_ROWS 6
#define ATTENTION_VECTORS 1
#define AFTER(sum, pointer) __asm__("" : "+x"((sum).lo), "+r"(pointer))
#define KERNEL(name) name##_avx2
#include "products.h"
#include "product_f32.h"
#include "attention.h"
#include "encoding.h"
#include "product_int8.h"

#pragma clang attribute pop
#endif
