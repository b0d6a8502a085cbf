#include <cblas.h>

// Exported by every OpenBLAS built with DYNAMIC_ARCH, but declared in none of its headers: they forget and repeat the
// library's choice of kernels, which reads OPENBLAS_CORETYPE from the environment.
extern void gotoblas_dynamic_quit(void);
extern void gotoblas_dynamic_init(void);
