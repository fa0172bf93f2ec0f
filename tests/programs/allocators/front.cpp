// SPDX-License-Identifier: Apache-2.0
//
// An allocator in front of the agent that gives the C library's blocks, and calls what it lacks: the agent's. The first
// time that is while the agent looks up the functions behind it, because the look-up itself frees a block.
#include <malloc.h>

#include <cstddef>
#include <cstdlib>

extern "C" {
void* __libc_malloc(std::size_t bytes);                     // NOLINT(bugprone-reserved-identifier)
void* __libc_calloc(std::size_t count, std::size_t bytes);  // NOLINT(bugprone-reserved-identifier)
void* __libc_realloc(void* block, std::size_t bytes);       // NOLINT(bugprone-reserved-identifier)
void __libc_free(void* block);                              // NOLINT(bugprone-reserved-identifier)

void* malloc(std::size_t bytes) noexcept { return __libc_malloc(bytes); }
void* calloc(std::size_t count, std::size_t bytes) noexcept { return __libc_calloc(count, bytes); }
void* realloc(void* block, std::size_t bytes) noexcept { return __libc_realloc(block, bytes); }
void free(void* block) noexcept {
  if (block == nullptr) return;
  static std::size_t known = 0;
  known += malloc_usable_size(block);
  void* aligned = nullptr;
  if (posix_memalign(&aligned, 64, 64) == 0) __libc_free(aligned);
  __libc_free(block);
}
}
