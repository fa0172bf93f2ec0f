// SPDX-License-Identifier: Apache-2.0
//
// malloc, operator new and their families as the program calls them. Each calls tcmalloc's function and, if
// necessary, the recorder. Between two samples an allocation costs a subtraction and a jump, and the free of a block
// that was not recorded costs a test of the filter and a jump. tcmalloc's own hooks would cost more even without
// recording (docs/decisions/0011).
//
// Every function that allocates or frees must be here; a test compares the list with tcmalloc's exports.
#include <gperftools/tcmalloc.h>

#include <cstddef>
#include <cstdint>
#include <new>

#include "profiler/agent/blocks.h"

namespace bucketprof::agent {
namespace {

constexpr std::size_t kPage = 4096;

template <class Get>
[[gnu::noinline]] void* allocated_and_recorded(std::size_t bytes, Get get) {
  void* const block = get();
  on_allocation(block, bytes);
  return block;
}
/// Both paths are tail calls: the fast one saves no registers, and allocated_and_recorded's frame is next to the
/// caller's.
template <class Get>
[[gnu::always_inline]] inline void* allocated(std::size_t bytes, Get get) {
  if (is_due(bytes)) [[unlikely]]
    return allocated_and_recorded(bytes, get);
  return get();
}

/// For a free the recorder comes first. Out of line, so that the fast path takes few cache lines of code.
template <auto kGive, class... More>
[[gnu::noinline]] void recorded_and_freed(void* block, More... more) {
  on_possible_free(block);
  kGive(block, more...);
}
template <auto kGive, class... More>
[[gnu::always_inline]] inline void freed(void* block, More... more) {
  if (alloc::may_be_recorded(block)) [[unlikely]]
    return recorded_and_freed<kGive>(block, more...);
  kGive(block, more...);
}

/// The size counted for an aligned block: rounded up to the alignment, as in gperftools' profiler.
[[gnu::always_inline]] inline std::size_t rounded(std::size_t bytes, std::size_t alignment) {
  return (bytes + alignment - 1) & ~(alignment - 1);
}
[[gnu::always_inline]] inline std::size_t rounded(std::size_t bytes, std::align_val_t alignment) {
  return rounded(bytes, static_cast<std::size_t>(alignment));
}

/// Another thread may get the old block before tc_realloc returns, so its free is recorded first. If tc_realloc fails,
/// the old block stays and is recorded as an allocation of this call.
[[gnu::noinline]] void* moved(void* old, std::size_t bytes, bool due) {
  on_free(old);
  void* const block = tc_realloc(old, bytes);
  if (due) on_allocation(block, bytes);
  if (block == nullptr && bytes != 0 && old != nullptr) {
    if (const std::size_t stays = tc_malloc_size(old); is_due(stays)) on_allocation(old, stays);
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
  return allocated(bytes, [=] { return tc_malloc(bytes); });
}
void free(void* block) noexcept { freed<&tc_free>(block); }
void* calloc(std::size_t count, std::size_t bytes) noexcept {
  return allocated(count * bytes, [=] { return tc_calloc(count, bytes); });
}
void* realloc(void* old, std::size_t bytes) noexcept {
  const bool due = is_due(bytes);
  if (!due && !bucketprof::alloc::may_be_recorded(old)) [[likely]]
    return tc_realloc(old, bytes);
  return moved(old, bytes, due);
}
void* memalign(std::size_t alignment, std::size_t bytes) noexcept {
  return allocated(rounded(bytes, alignment), [=] { return tc_memalign(alignment, bytes); });
}
void* aligned_alloc(std::size_t alignment, std::size_t bytes) noexcept {
  return allocated(rounded(bytes, alignment), [=] { return tc_memalign(alignment, bytes); });
}
int posix_memalign(void** block, std::size_t alignment, std::size_t bytes) noexcept {
  int error = 0;
  allocated(rounded(bytes, alignment), [&] {
    error = tc_posix_memalign(block, alignment, bytes);
    return error == 0 ? *block : nullptr;
  });
  return error;
}
void* valloc(std::size_t bytes) noexcept {
  return allocated(rounded(bytes, kPage), [=] { return tc_valloc(bytes); });
}
void* pvalloc(std::size_t bytes) noexcept {
  return allocated(bytes == 0 ? kPage : rounded(bytes, kPage), [=] { return tc_pvalloc(bytes); });
}
void cfree(void* block) noexcept { freed<&tc_cfree>(block); }
std::size_t malloc_usable_size(void* block) noexcept { return tc_malloc_size(block); }
// NOLINTEND(readability-inconsistent-declaration-parameter-name)

}  // extern "C"

BUCKETPROF_BEGINS_LINE void* operator new(std::size_t bytes) {
  return allocated(bytes, [=] { return tc_new(bytes); });
}
void operator delete(void* block, std::size_t bytes) noexcept { freed<&tc_delete_sized>(block, bytes); }
void operator delete(void* block) noexcept { freed<&tc_delete>(block); }
void* operator new(std::size_t bytes, const std::nothrow_t& none) noexcept {
  return allocated(bytes, [=, &none] { return tc_new_nothrow(bytes, none); });
}
void* operator new(std::size_t bytes, std::align_val_t alignment) {
  return allocated(rounded(bytes, alignment), [=] { return tc_new_aligned(bytes, alignment); });
}
void* operator new(std::size_t bytes, std::align_val_t alignment, const std::nothrow_t& none) noexcept {
  return allocated(rounded(bytes, alignment), [=, &none] { return tc_new_aligned_nothrow(bytes, alignment, none); });
}
void operator delete(void* block, const std::nothrow_t& none) noexcept { freed<&tc_delete_nothrow>(block, none); }
void operator delete(void* block, std::align_val_t alignment) noexcept { freed<&tc_delete_aligned>(block, alignment); }
void operator delete(void* block, std::align_val_t alignment, const std::nothrow_t& none) noexcept {
  freed<&tc_delete_aligned_nothrow>(block, alignment, none);
}
void operator delete(void* block, std::size_t bytes, std::align_val_t alignment) noexcept {
  freed<&tc_delete_sized_aligned>(block, bytes, alignment);
}
void* operator new[](std::size_t bytes) {
  return allocated(bytes, [=] { return tc_newarray(bytes); });
}
void* operator new[](std::size_t bytes, const std::nothrow_t& none) noexcept {
  return allocated(bytes, [=, &none] { return tc_newarray_nothrow(bytes, none); });
}
void* operator new[](std::size_t bytes, std::align_val_t alignment) {
  return allocated(rounded(bytes, alignment), [=] { return tc_newarray_aligned(bytes, alignment); });
}
void* operator new[](std::size_t bytes, std::align_val_t alignment, const std::nothrow_t& none) noexcept {
  return allocated(rounded(bytes, alignment),
                   [=, &none] { return tc_newarray_aligned_nothrow(bytes, alignment, none); });
}
void operator delete[](void* block) noexcept { freed<&tc_deletearray>(block); }
void operator delete[](void* block, const std::nothrow_t& none) noexcept {
  freed<&tc_deletearray_nothrow>(block, none);
}
void operator delete[](void* block, std::size_t bytes) noexcept { freed<&tc_deletearray_sized>(block, bytes); }
void operator delete[](void* block, std::align_val_t alignment) noexcept {
  freed<&tc_deletearray_aligned>(block, alignment);
}
void operator delete[](void* block, std::align_val_t alignment, const std::nothrow_t& none) noexcept {
  freed<&tc_deletearray_aligned_nothrow>(block, alignment, none);
}
void operator delete[](void* block, std::size_t bytes, std::align_val_t alignment) noexcept {
  freed<&tc_deletearray_sized_aligned>(block, bytes, alignment);
}
#pragma GCC visibility pop
