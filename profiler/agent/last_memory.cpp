// SPDX-License-Identifier: Apache-2.0
#include "profiler/agent/last_memory.h"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <new>

#include "profiler/agent/blocks.h"
#include "profiler/agent/next.h"
#include "profiler/base/arena.h"

namespace bucketprof::agent {
namespace {

constexpr std::size_t kLeastAlignment = alignof(std::max_align_t);

constinit Arena arena;

/// Before each block stands its size.
void* take(std::size_t bytes, std::size_t alignment = kLeastAlignment) noexcept {
  const std::size_t room = std::max(alignment, kLeastAlignment);
  const std::size_t whole = bytes + room;
  auto* const start = whole < bytes || room > 4096 ? nullptr : static_cast<std::byte*>(arena.allocate(whole, room));
  if (start == nullptr) {
    errno = ENOMEM;
    return nullptr;
  }
  std::memcpy(start + room - sizeof bytes, &bytes, sizeof bytes);
  return start + room;
}

/// As an operator new, but without the program's new-handler: that is code of the program, which has ended.
void* take_or_throw(std::size_t bytes, std::size_t alignment = kLeastAlignment) {
  void* const block = take(bytes, alignment);
  if (block == nullptr) throw std::bad_alloc();
  return block;
}

void* take_and_copy(void* old, std::size_t bytes) noexcept {
  void* const block = take(bytes);
  if (block == nullptr || old == nullptr) return block;
  std::size_t before = 0;
  std::memcpy(&before, static_cast<std::byte*>(old) - sizeof before, sizeof before);
  std::memcpy(block, old, std::min(before, bytes));
  return block;
}

constexpr std::size_t bytes_of(std::align_val_t alignment) { return static_cast<std::size_t>(alignment); }

}  // namespace

void use_last_memory() noexcept {
  stay_in_agent();
  next = {
      .malloc = [](std::size_t bytes) noexcept { return take(bytes); },
      .free = [](void*) noexcept {},
      .calloc =
          [](std::size_t count, std::size_t bytes) noexcept {
            std::size_t all = 0;
            return __builtin_mul_overflow(count, bytes, &all) ? nullptr : take(all);
          },
      .realloc = take_and_copy,
      .memalign = [](std::size_t alignment, std::size_t bytes) noexcept { return take(bytes, alignment); },
      .aligned_alloc = [](std::size_t alignment, std::size_t bytes) noexcept { return take(bytes, alignment); },
      .posix_memalign =
          [](void** block, std::size_t alignment, std::size_t bytes) noexcept {
            *block = take(bytes, alignment);
            return *block != nullptr ? 0 : ENOMEM;
          },
      .valloc = [](std::size_t bytes) noexcept { return take(bytes, 4096); },
      .pvalloc = [](std::size_t bytes) noexcept { return take(bytes, 4096); },
      .cfree = [](void*) noexcept {},
      .malloc_usable_size = [](void*) noexcept { return std::size_t{0}; },
      .own_memalign = [](std::size_t alignment, std::size_t bytes) noexcept { return take(bytes, alignment); },
      .own_usable_size = [](void*) noexcept { return std::size_t{0}; },
      .new_one = [](std::size_t bytes) { return take_or_throw(bytes); },
      .new_nothrow = [](std::size_t bytes, const std::nothrow_t&) noexcept { return take(bytes); },
      .new_aligned = [](std::size_t bytes, std::align_val_t a) { return take_or_throw(bytes, bytes_of(a)); },
      .new_aligned_nothrow = [](std::size_t bytes, std::align_val_t a,
                                const std::nothrow_t&) noexcept { return take(bytes, bytes_of(a)); },
      .new_array = [](std::size_t bytes) { return take_or_throw(bytes); },
      .new_array_nothrow = [](std::size_t bytes, const std::nothrow_t&) noexcept { return take(bytes); },
      .new_array_aligned = [](std::size_t bytes, std::align_val_t a) { return take_or_throw(bytes, bytes_of(a)); },
      .new_array_aligned_nothrow = [](std::size_t bytes, std::align_val_t a,
                                      const std::nothrow_t&) noexcept { return take(bytes, bytes_of(a)); },
      .delete_one = [](void*) noexcept {},
      .delete_sized = [](void*, std::size_t) noexcept {},
      .delete_nothrow = [](void*, const std::nothrow_t&) noexcept {},
      .delete_aligned = [](void*, std::align_val_t) noexcept {},
      .delete_aligned_nothrow = [](void*, std::align_val_t, const std::nothrow_t&) noexcept {},
      .delete_sized_aligned = [](void*, std::size_t, std::align_val_t) noexcept {},
      .delete_array = [](void*) noexcept {},
      .delete_array_sized = [](void*, std::size_t) noexcept {},
      .delete_array_nothrow = [](void*, const std::nothrow_t&) noexcept {},
      .delete_array_aligned = [](void*, std::align_val_t) noexcept {},
      .delete_array_aligned_nothrow = [](void*, std::align_val_t, const std::nothrow_t&) noexcept {},
      .delete_array_sized_aligned = [](void*, std::size_t, std::align_val_t) noexcept {},
  };
}

}  // namespace bucketprof::agent
