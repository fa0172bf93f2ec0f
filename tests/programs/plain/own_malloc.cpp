// SPDX-License-Identifier: Apache-2.0
//
// A program with a malloc of its own, like programs that link jemalloc or mimalloc statically: tcmalloc's hooks see
// none of its blocks. With WITHOUT_MALLOC it uses the C library's malloc.
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>

#if !defined(WITHOUT_MALLOC)
namespace {
alignas(16) char heap[std::size_t{1} << 24];
std::size_t used = 0;
}  // namespace

extern "C" {
void* malloc(std::size_t bytes) {  // for a single thread
  used += 16;
  void* const block = heap + used;
  used += (bytes + 15) / 16 * 16;
  return used <= sizeof heap ? block : nullptr;
}
void free(void*) {}
void* calloc(std::size_t n, std::size_t bytes) { return malloc(n * bytes); }
void* realloc(void* old, std::size_t bytes) {
  void* const block = malloc(bytes);
  if (old != nullptr && block != nullptr) std::memcpy(block, old, bytes);  // may read past `old`, but inside the heap
  return block;
}
}
void* operator new(std::size_t bytes) { return malloc(bytes); }
void operator delete(void*) noexcept {}
void operator delete(void*, std::size_t) noexcept {}
#endif

int main() {
  int sum = 0;
  for (int i = 0; i < 100; ++i) {
    auto* const text = static_cast<char*>(std::malloc(100));
    std::snprintf(text, 100, "%d", i);
    sum += std::atoi(text);
    std::free(text);
  }
  std::printf("%d\n", sum);
}
