/// The files of the web page (Sources/API/Page/Assets), in the binary.
#ifndef ATTENDANT_CPAGE_H
#define ATTENDANT_CPAGE_H

#include <stddef.h>

typedef struct {
    /// The path below the folder, such as `views/head.js`.
    const char *path;
    /// UTF-8 that ends with a zero byte. It is there as long as the process.
    const char *text;
} attendant_page_file;

size_t attendant_page_file_count(void);

/// `index` must be below the count.
attendant_page_file attendant_page_file_at(size_t index);

#endif
