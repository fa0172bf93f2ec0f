// SPDX-License-Identifier: Apache-2.0
//
// Allocates in every possible way, each at its own call sites, the same in every run; some blocks are kept to the end.
// `sites N`: N blocks of each kind. It prints two counts.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <list>
#include <new>
#include <string>
#include <unordered_map>
#include <vector>

namespace {

std::vector<void*> kept;  // reserved in main, so that its array has one call site

[[gnu::noinline]] void keep(void* block, std::size_t i) {
  if (i % 3 == 0) {
    kept.push_back(block);
  } else {
    std::free(block);
  }
}

[[gnu::noinline]] void from_malloc(std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) keep(std::malloc(i % 500), i);
}
[[gnu::noinline]] void from_calloc(std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) keep(std::calloc(i % 7 + 1, 24), i);
}
[[gnu::noinline]] void from_realloc(std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) {
    void* block = std::malloc(40);
    block = std::realloc(block, 8 + i % 2000);  // in place or not
    keep(std::realloc(block, 100 + i % 50), i);
  }
}
[[gnu::noinline]] void from_aligned(std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) {
    void* block = nullptr;
    if (posix_memalign(&block, 64, 100 + i % 20) == 0) keep(block, i);
    keep(std::aligned_alloc(128, 256), i);
  }
}
[[gnu::noinline]] void from_strdup(std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) keep(strdup("a text of the C library's"), i);
}
[[gnu::noinline]] void from_new(std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) {
    ::operator delete(::operator new(48));
    ::operator delete[](::operator new[](72), std::size_t{72});
    ::operator delete(::operator new(96, std::nothrow), std::nothrow);
    ::operator delete (::operator new (192, std::align_val_t{64}), std::align_val_t{64});
  }
}
[[gnu::noinline]] std::size_t from_containers(std::size_t n) {
  static std::unordered_map<std::size_t, std::string> map;
  std::list<std::size_t> list;
  std::vector<std::size_t> grown;
  for (std::size_t i = 0; i < n; ++i) {
    map[i] = std::string(i % 60, 'x');
    list.push_back(i);
    grown.push_back(i);
  }
  return map.size() + list.size() + grown.size();
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t n = argc > 1 ? static_cast<std::size_t>(std::atol(argv[1])) : 1000;
  kept.reserve(8 * n);
  from_malloc(n);
  from_calloc(n);
  from_realloc(n);
  from_aligned(n);
  from_strdup(n);
  from_new(n);
  std::printf("%zu %zu\n", from_containers(n), kept.size());
}
