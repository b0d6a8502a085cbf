// AVX-512 (x86-64-v4): of 32 registers, 9 rows of 3 vectors leave 5 for weights and inputs. 14 rows of 2 would be as many sums, but load
// more for each: where another thread of the core competes for the loads, that is a seventh slower. Attention has them nevertheless, for
// heads are 32 or 64 wide.
#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("arch=x86-64-v4"), min_vector_width(512))), apply_to = function)

#define TILE_ROWS 9
#define TILE_VECTORS 3
#define ATTENTION_ROWS 14
#define ATTENTION_VECTORS 2
#define KEEP_ORDER(vector) __asm__("" : "+v"(vector))
#define AFTER(sum, pointer) __asm__("" : "+v"(sum), "+r"(pointer))
#define KERNEL(name) name##_avx512
#include "products.h"
#include "product_f32.h"
#include "attention.h"
#include "encoding.h"
#include "product_int8.h"

#pragma clang attribute pop
#endif
