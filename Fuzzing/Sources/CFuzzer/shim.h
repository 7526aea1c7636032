#include <stddef.h>
#include <stdint.h>

// The driver of libFuzzer, which clang's documentation of it names for programs that have a main of their own.
int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*test)(const uint8_t *bytes, size_t count));
