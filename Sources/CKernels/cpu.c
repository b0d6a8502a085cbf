#include "CKernels.h"

#define DECLARE(suffix)                                                                                                \
    attendant_product_kernel attendant_product_f32_##suffix, attendant_product_widened_##suffix,                       \
        attendant_product_int8_##suffix;                                                                               \
    attendant_encode_u8_kernel attendant_encode_u8_##suffix;                                                           \
    attendant_attention_kernel attendant_attention_##suffix;

#define KERNELS(suffix)                                                                                                \
    {                                                                                                                  \
        .product_f32 = attendant_product_f32_##suffix, .product_widened = attendant_product_widened_##suffix,          \
        .product_int8 = attendant_product_int8_##suffix, .encode_u8 = attendant_encode_u8_##suffix,                    \
        .attention = attendant_attention_##suffix,                                                                     \
    }

DECLARE(portable)
static const attendant_kernels portable = KERNELS(portable);

#if defined(__x86_64__)
DECLARE(avx2)
DECLARE(avx512)
attendant_product_kernel attendant_product_int8_avx512_vnni, attendant_product_bf16_avx512;
attendant_encode_bf16_kernel attendant_encode_bf16_avx512;

static const attendant_kernels avx2 = KERNELS(avx2), avx512 = KERNELS(avx512);
#endif

int attendant_x86_64_level(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("x86-64-v4")) return 4;
    if (__builtin_cpu_supports("x86-64-v3")) return 3;
    return 1;
#else
    return 0;
#endif
}

int attendant_has_avx512_bf16(void) {
#if defined(__x86_64__)
    return attendant_x86_64_level() == 4 && __builtin_cpu_supports("avx512bf16");
#else
    return 0;
#endif
}

int attendant_bf16_products_are_fast(void) {
#if defined(__x86_64__)
    // Intel's cores start a VDPBF16PS every second cycle and two VFMADD231PS every cycle (measured on Emerald Rapids): the pair costs
    // twice what its two widened halves do. AMD's do both at the same rate.
    return attendant_has_avx512_bf16() && !__builtin_cpu_is("intel");
#else
    return 0;
#endif
}

int attendant_kernels_for(attendant_instruction_set set, attendant_kernels *kernels) {
    switch (set) {
    case ATTENDANT_PORTABLE: *kernels = portable; return 1;
#if defined(__x86_64__)
    case ATTENDANT_AVX2:
        if (attendant_x86_64_level() < 3) return 0;
        *kernels = avx2;
        return 1;
    case ATTENDANT_AVX512:
        if (attendant_x86_64_level() < 4) return 0;
        *kernels = avx512;
        if (__builtin_cpu_supports("avx512vnni")) kernels->product_int8 = attendant_product_int8_avx512_vnni;
        if (attendant_has_avx512_bf16()) {
            kernels->product_bf16 = attendant_product_bf16_avx512;
            kernels->encode_bf16 = attendant_encode_bf16_avx512;
        }
        return 1;
#endif
    default: return 0;
    }
}
