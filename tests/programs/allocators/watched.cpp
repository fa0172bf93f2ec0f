// SPDX-License-Identifier: Apache-2.0
//
// An allocator, the C library's, that says how many blocks were taken from it after the program had ended.
#include <cstddef>
#include <cstdio>
#include <cstdlib>

extern "C" {
void* __libc_malloc(std::size_t bytes);                     // NOLINT(bugprone-reserved-identifier)
void* __libc_calloc(std::size_t count, std::size_t bytes);  // NOLINT(bugprone-reserved-identifier)
void* __libc_realloc(void* block, std::size_t bytes);       // NOLINT(bugprone-reserved-identifier)
void __libc_free(void* block);                              // NOLINT(bugprone-reserved-identifier)
}

namespace {

bool has_ended = false;
int late = 0;

template <class Block>
Block* counted(Block* block) {
  late += has_ended ? 1 : 0;
  return block;
}

[[gnu::destructor]] void say() {
  has_ended = false;
  std::fprintf(stderr, "taken after the end: %d\n", late);
}

}  // namespace

extern "C" {
void* malloc(std::size_t bytes) noexcept { return counted(__libc_malloc(bytes)); }
void* calloc(std::size_t count, std::size_t bytes) noexcept { return counted(__libc_calloc(count, bytes)); }
void* realloc(void* block, std::size_t bytes) noexcept { return counted(__libc_realloc(block, bytes)); }
void free(void* block) noexcept { __libc_free(block); }
[[gnu::visibility("default")]] void program_ends() { has_ended = true; }
}
