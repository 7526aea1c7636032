#pragma once
#include <stdlib.h>

#ifdef __GLIBC__
#include <malloc.h>

// Arenas that threads have already stay.
static inline void slipway_limit_allocator(int arenas, int mmap_bytes, int trim_bytes) {
    mallopt(M_ARENA_MAX, arenas);
    mallopt(M_MMAP_THRESHOLD, mmap_bytes);
    mallopt(M_TRIM_THRESHOLD, trim_bytes);
}

static inline int slipway_trim_allocator(void) { return malloc_trim(0); }
#else
// Others give back what is free by themselves.
static inline void slipway_limit_allocator(int arenas, int mmap_bytes, int trim_bytes) {}
static inline int slipway_trim_allocator(void) { return 0; }
#endif
