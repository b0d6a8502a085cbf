// The tile of all AVX-512 products: of 32 registers, 9 rows of 3 vectors leave 5 for weights and inputs. 14 rows of 2 would be as many sums,
// but load more for each: where another thread of the core competes for the loads, that is a seventh slower.
#ifndef ATTENDANT_TILE_AVX512_H
#define ATTENDANT_TILE_AVX512_H

#define TILE_ROWS 9
#define TILE_VECTORS 3
#define KEEP_ORDER(vector) __asm__("" : "+v"(vector))
#define AFTER(sum, pointer) __asm__("" : "+v"(sum), "+r"(pointer))

#endif
