// SPDX-License-Identifier: Apache-2.0
//
// malloc, operator new and their families as the program calls them. Each calls the next function of its name and, if
// necessary, the recorder. Between two samples an allocation costs a subtraction and a jump, and the free of a block
// that was not recorded costs a test of the filter and a jump (docs/decisions/0018).
//
// Every function that allocates or frees must be here; a test compares the list with the exports of allocators.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>

#include "profiler/agent/blocks.h"
#include "profiler/agent/next.h"
#include "profiler/agent/own_memory.h"

namespace bucketprof::agent {
namespace {

constexpr std::size_t kPage = 4096;

/// Blocks with an alignment of their own are never the agent's own.
template <bool kAligned, class Get>
[[gnu::noinline]] void* allocated_and_recorded(std::size_t bytes, Get get) {
  if constexpr (!kAligned) {
    if (uses_own_memory) [[unlikely]] {
      if (void* const own = own_allocate(bytes)) return own;
    }
  }
  void* const block = get();
  on_allocation(block, bytes);
  return block;
}
/// Both paths are tail calls: the fast one saves no registers, and allocated_and_recorded's frame is next to the
/// caller's.
template <bool kAligned = false, class Get>
[[gnu::always_inline]] inline void* allocated(std::size_t bytes, Get get) {
  if (is_due(bytes)) [[unlikely]]
    return allocated_and_recorded<kAligned>(bytes, get);
  return get();
}

/// For a free the recorder comes first. Out of line, so that the fast path takes few cache lines of code.
template <auto kGive, class... More>
[[gnu::noinline]] void recorded_and_freed(void* block, More... more) {
  if (is_own(block)) [[unlikely]]
    return own_free(block);
  on_possible_free(block);
  (next.*kGive)(block, more...);
}
template <auto kGive, class... More>
[[gnu::always_inline]] inline void freed(void* block, More... more) {
  if (may_be_recorded(block)) [[unlikely]]
    return recorded_and_freed<kGive>(block, more...);
  (next.*kGive)(block, more...);
}

/// The size counted for an aligned block: rounded up to the alignment, as in gperftools' profiler.
[[gnu::always_inline]] inline std::size_t rounded(std::size_t bytes, std::size_t alignment) {
  return (bytes + alignment - 1) & ~(alignment - 1);
}
[[gnu::always_inline]] inline std::size_t rounded(std::size_t bytes, std::align_val_t alignment) {
  return rounded(bytes, static_cast<std::size_t>(alignment));
}

/// What realloc does if the old or the new block is an own one.
[[gnu::noinline, gnu::cold]] void* moved_own(void* old, std::size_t bytes) {
  void* block = uses_own_memory ? own_allocate(bytes) : nullptr;
  if (block == nullptr) block = next.malloc(bytes);
  if (block == nullptr || old == nullptr) return block;
  std::memcpy(block, old, std::min(own_bytes(old), bytes));
  own_free(old);
  return block;
}
/// Another thread may get the old block before realloc returns, so its free is recorded first. If realloc fails,
/// the old block stays and is recorded as an allocation of this call.
[[gnu::noinline]] void* moved(void* old, std::size_t bytes, bool due) {
  if (is_own(old) || (uses_own_memory && old == nullptr)) [[unlikely]]
    return moved_own(old, bytes);
  on_free(old);
  void* const block = next.realloc(old, bytes);
  if (due) on_allocation(block, bytes);
  if (block == nullptr && bytes != 0 && old != nullptr) {
    if (const std::size_t stays = next.own_usable_size(old); is_due(stays)) on_allocation(old, stays);
  }
  return block;
}

}  // namespace
}  // namespace bucketprof::agent

// Programs that allocate also free, so the code of both shares a cache line (64 bytes). This needs the compile options
// that CMakeLists.txt sets for this file.
#define BUCKETPROF_BEGINS_LINE [[gnu::aligned(64)]]
#pragma GCC visibility push(default)
using namespace bucketprof::agent;  // NOLINT(google-build-using-namespace): what follows belongs to no namespace

extern "C" {

// NOLINTBEGIN(readability-inconsistent-declaration-parameter-name): the C library's are __size
BUCKETPROF_BEGINS_LINE void* malloc(std::size_t bytes) noexcept {
  return allocated(bytes, [=] { return next.malloc(bytes); });
}
void free(void* block) noexcept { freed<&Next::free>(block); }
void* calloc(std::size_t count, std::size_t bytes) noexcept {
  std::size_t all = 0;
  if (__builtin_mul_overflow(count, bytes, &all)) [[unlikely]]
    return next.calloc(count, bytes);
  return allocated(all, [=] { return next.calloc(count, bytes); });
}
void* realloc(void* old, std::size_t bytes) noexcept {
  const bool due = is_due(bytes);
  if (!due && !may_be_recorded(old)) [[likely]]
    return next.realloc(old, bytes);
  return moved(old, bytes, due);
}
void* memalign(std::size_t alignment, std::size_t bytes) noexcept {
  return allocated<true>(rounded(bytes, alignment), [=] { return next.memalign(alignment, bytes); });
}
void* aligned_alloc(std::size_t alignment, std::size_t bytes) noexcept {
  return allocated<true>(rounded(bytes, alignment), [=] { return next.aligned_alloc(alignment, bytes); });
}
int posix_memalign(void** block, std::size_t alignment, std::size_t bytes) noexcept {
  int error = 0;
  allocated<true>(rounded(bytes, alignment), [&] {
    error = next.posix_memalign(block, alignment, bytes);
    return error == 0 ? *block : nullptr;
  });
  return error;
}
void* valloc(std::size_t bytes) noexcept {
  return allocated<true>(rounded(bytes, kPage), [=] { return next.valloc(bytes); });
}
void* pvalloc(std::size_t bytes) noexcept {
  return allocated<true>(bytes == 0 ? kPage : rounded(bytes, kPage), [=] { return next.pvalloc(bytes); });
}
void cfree(void* block) noexcept { freed<&Next::cfree>(block); }
std::size_t malloc_usable_size(void* block) noexcept {
  return is_own(block) ? own_bytes(block) : next.malloc_usable_size(block);
}
// NOLINTEND(readability-inconsistent-declaration-parameter-name)

}  // extern "C"

BUCKETPROF_BEGINS_LINE void* operator new(std::size_t bytes) {
  return allocated(bytes, [=] { return next.new_one(bytes); });
}
void operator delete(void* block, std::size_t bytes) noexcept { freed<&Next::delete_sized>(block, bytes); }
void operator delete(void* block) noexcept { freed<&Next::delete_one>(block); }
void* operator new(std::size_t bytes, const std::nothrow_t& none) noexcept {
  return allocated(bytes, [=, &none] { return next.new_nothrow(bytes, none); });
}
void* operator new(std::size_t bytes, std::align_val_t alignment) {
  return allocated<true>(rounded(bytes, alignment), [=] { return next.new_aligned(bytes, alignment); });
}
void* operator new(std::size_t bytes, std::align_val_t alignment, const std::nothrow_t& none) noexcept {
  return allocated<true>(rounded(bytes, alignment),
                         [=, &none] { return next.new_aligned_nothrow(bytes, alignment, none); });
}
void operator delete(void* block, const std::nothrow_t& none) noexcept { freed<&Next::delete_nothrow>(block, none); }
void operator delete(void* block, std::align_val_t alignment) noexcept {
  freed<&Next::delete_aligned>(block, alignment);
}
void operator delete(void* block, std::align_val_t alignment, const std::nothrow_t& none) noexcept {
  freed<&Next::delete_aligned_nothrow>(block, alignment, none);
}
void operator delete(void* block, std::size_t bytes, std::align_val_t alignment) noexcept {
  freed<&Next::delete_sized_aligned>(block, bytes, alignment);
}
void* operator new[](std::size_t bytes) {
  return allocated(bytes, [=] { return next.new_array(bytes); });
}
void* operator new[](std::size_t bytes, const std::nothrow_t& none) noexcept {
  return allocated(bytes, [=, &none] { return next.new_array_nothrow(bytes, none); });
}
void* operator new[](std::size_t bytes, std::align_val_t alignment) {
  return allocated<true>(rounded(bytes, alignment), [=] { return next.new_array_aligned(bytes, alignment); });
}
void* operator new[](std::size_t bytes, std::align_val_t alignment, const std::nothrow_t& none) noexcept {
  return allocated<true>(rounded(bytes, alignment),
                         [=, &none] { return next.new_array_aligned_nothrow(bytes, alignment, none); });
}
void operator delete[](void* block) noexcept { freed<&Next::delete_array>(block); }
void operator delete[](void* block, const std::nothrow_t& none) noexcept {
  freed<&Next::delete_array_nothrow>(block, none);
}
void operator delete[](void* block, std::size_t bytes) noexcept { freed<&Next::delete_array_sized>(block, bytes); }
void operator delete[](void* block, std::align_val_t alignment) noexcept {
  freed<&Next::delete_array_aligned>(block, alignment);
}
void operator delete[](void* block, std::align_val_t alignment, const std::nothrow_t& none) noexcept {
  freed<&Next::delete_array_aligned_nothrow>(block, alignment, none);
}
void operator delete[](void* block, std::size_t bytes, std::align_val_t alignment) noexcept {
  freed<&Next::delete_array_sized_aligned>(block, bytes, alignment);
}
#pragma GCC visibility pop
