// SPDX-License-Identifier: Apache-2.0
//
// A library with an operator new of its own that takes its memory from malloc, as those that count or fill blocks do.
#include <cstdlib>
#include <new>

void* operator new(std::size_t bytes) {
  void* const block = std::malloc(bytes);
  if (block == nullptr) throw std::bad_alloc();
  return block;
}
void operator delete(void* block) noexcept { std::free(block); }
void operator delete(void* block, std::size_t) noexcept { std::free(block); }
