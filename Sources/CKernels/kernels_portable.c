// Whatever the compiler's baseline has, such as SSE2 or NEON: 4 rows of 1 vector.
#if defined(__x86_64__)
// Without an instruction for it a fused multiply-add is a function call.
#define FMA(a, b, c) ((a) * (b) + (c))
#endif

#define TILE_ROWS 4
#define TILE_VECTORS 1
#define ATTENTION_ROWS 4
#define ATTENTION_VECTORS 1
#define AFTER(sum, pointer)
#define KERNEL(name) name##_portable
#include "products.h"
#include "product_f32.h"
#include "attention.h"
#include "encoding.h"
#include "product_int8.h"
