// SPDX-License-Identifier: Apache-2.0
//
// The recorder's own memory: pages from the kernel, never from malloc, under one limit for the process.
// What an arena hands out is zeroed and lives as long as the process. Thread-safe; not for signal handlers.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "profiler/base/lock.h"

namespace bucketprof {

class Arena {
 public:
  constexpr Arena() = default;
  /// A part of another arena, which holds the limit: what this one takes counts in both.
  // NOLINTNEXTLINE(google-explicit-constructor): no copy
  explicit constexpr Arena(Arena& whole) : whole_(&whole) {}

  /// Zeroed memory, or nullptr when the limit is reached or the kernel has none. Alignment: a power of two up to 4096.
  [[nodiscard]] void* allocate(std::size_t bytes, std::size_t alignment = alignof(std::max_align_t)) noexcept;

  template <class T>
  [[nodiscard]] T* allocate_array(std::size_t n) noexcept {
    if (n > std::numeric_limits<std::size_t>::max() / sizeof(T)) return nullptr;
    return static_cast<T*>(allocate(n * sizeof(T), alignof(T)));
  }

  /// Whole pages of their own, counted against the limit; give them back with unmap and the same size.
  [[nodiscard]] void* map(std::size_t bytes) noexcept;
  void unmap(void* pages, std::size_t bytes) noexcept;

  /// Bytes that may be taken from the kernel in all. Default: no limit.
  void set_limit(std::size_t bytes) noexcept { limit_.store(bytes, std::memory_order_relaxed); }
  [[nodiscard]] std::size_t limit() const noexcept { return limit_.load(std::memory_order_relaxed); }
  /// Bytes taken from the kernel now.
  [[nodiscard]] std::size_t mapped() const noexcept { return mapped_.load(std::memory_order_relaxed); }

  /// Whether so much more could be taken and a quarter of the limit would still be left: for what may be done without.
  [[nodiscard]] bool has_plenty(std::size_t bytes) const noexcept;

  /// For fork: nobody may hold the lock in the child.
  [[nodiscard]] Lock& lock() noexcept { return lock_; }

 private:
  [[nodiscard]] bool reserve(std::size_t bytes) noexcept;

  Arena* whole_ = nullptr;
  Lock lock_;  // guards next_ and end_
  std::byte* next_ = nullptr;
  std::byte* end_ = nullptr;
  std::atomic<std::size_t> limit_{std::numeric_limits<std::size_t>::max()};
  std::atomic<std::size_t> mapped_{0};
};

}  // namespace bucketprof
