// SPDX-License-Identifier: Apache-2.0
//
// An independent count: a library that interposes malloc and operator new, passes every call on and adds up blocks and
// bytes. Preloaded before the agent, its constructor runs right after the agent's and its destructor right before: what
// it counts in between is what the agent must record. The sums go to COUNTER_OUTPUT as `before BLOCKS BYTES`
// (until the constructor) and `after BLOCKS BYTES`.
#include <dlfcn.h>
#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <new>

namespace {

struct Sum {
  std::atomic<unsigned long> blocks{0};
  std::atomic<unsigned long> bytes{0};
};
constinit Sum sum;
unsigned long blocks_before = 0;
unsigned long bytes_before = 0;

template <class Function>
Function* next(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}
template <class Block>
Block counted(Block block, std::size_t bytes) {
  if (block != nullptr) {
    ++sum.blocks;
    sum.bytes += bytes;
  }
  return block;
}

/// tcmalloc rounds the size of an aligned block up to a multiple of its alignment, and passes that to its hooks.
std::size_t rounded(std::size_t bytes, std::size_t alignment) {
  return (bytes + alignment - 1) / alignment * alignment;
}

[[gnu::constructor]] void begin() {
  blocks_before = sum.blocks;
  bytes_before = sum.bytes;
}
[[gnu::destructor]] void end() {
  const char* const path = std::getenv("COUNTER_OUTPUT");
  const int fd = path == nullptr ? -1 : open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  char text[200];
  const int length = std::snprintf(text, sizeof text, "before %lu %lu\nafter %lu %lu\n", blocks_before, bytes_before,
                                   sum.blocks - blocks_before, sum.bytes - bytes_before);
  if (fd < 0 || write(fd, text, static_cast<std::size_t>(length)) != length) std::abort();
  close(fd);
}

}  // namespace

extern "C" {
void* malloc(std::size_t bytes) {
  static auto* const kNext = next<void*(std::size_t)>("malloc");
  return counted(kNext(bytes), bytes);
}
void* calloc(std::size_t n, std::size_t bytes) {
  static auto* const kNext = next<void*(std::size_t, std::size_t)>("calloc");
  return counted(kNext(n, bytes), n * bytes);
}
void* realloc(void* block, std::size_t bytes) {
  static auto* const kNext = next<void*(void*, std::size_t)>("realloc");
  return counted(kNext(block, bytes), bytes);
}
int posix_memalign(void** block, std::size_t alignment, std::size_t bytes) {
  static auto* const kNext = next<int(void**, std::size_t, std::size_t)>("posix_memalign");
  const int failure = kNext(block, alignment, bytes);
  if (failure == 0) counted(*block, rounded(bytes, alignment));
  return failure;
}
void* aligned_alloc(std::size_t alignment, std::size_t bytes) {
  static auto* const kNext = next<void*(std::size_t, std::size_t)>("aligned_alloc");
  return counted(kNext(alignment, bytes), rounded(bytes, alignment));
}
void* memalign(std::size_t alignment, std::size_t bytes) {
  static auto* const kNext = next<void*(std::size_t, std::size_t)>("memalign");
  return counted(kNext(alignment, bytes), rounded(bytes, alignment));
}
}

void* operator new(std::size_t bytes) {
  static auto* const kNext = next<void*(std::size_t)>("_Znwm");
  return counted(kNext(bytes), bytes);
}
void* operator new[](std::size_t bytes) {
  static auto* const kNext = next<void*(std::size_t)>("_Znam");
  return counted(kNext(bytes), bytes);
}
void* operator new(std::size_t bytes, const std::nothrow_t& tag) noexcept {
  static auto* const kNext = next<void*(std::size_t, const std::nothrow_t&)>("_ZnwmRKSt9nothrow_t");
  return counted(kNext(bytes, tag), bytes);
}
void* operator new[](std::size_t bytes, const std::nothrow_t& tag) noexcept {
  static auto* const kNext = next<void*(std::size_t, const std::nothrow_t&)>("_ZnamRKSt9nothrow_t");
  return counted(kNext(bytes, tag), bytes);
}
void* operator new(std::size_t bytes, std::align_val_t alignment) {
  static auto* const kNext = next<void*(std::size_t, std::align_val_t)>("_ZnwmSt11align_val_t");
  return counted(kNext(bytes, alignment), rounded(bytes, static_cast<std::size_t>(alignment)));
}
