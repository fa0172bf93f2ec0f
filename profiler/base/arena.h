// SPDX-License-Identifier: Apache-2.0
//
// The recorder's own memory: pages from the kernel, never from malloc, below one limit for the process. Memory from
// allocate() is zeroed and lives as long as the process. Thread-safe; not for use in signal handlers.
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
  /// A part of `whole`, which has the limit. What this arena takes is counted in both.
  // NOLINTNEXTLINE(google-explicit-constructor): no copy
  explicit constexpr Arena(Arena& whole) : whole_(&whole) {}

  /// Zeroed memory, or nullptr if the limit is reached or the kernel has none. Alignment: a power of two up to 4096.
  [[nodiscard]] void* allocate(std::size_t bytes, std::size_t alignment = alignof(std::max_align_t)) noexcept;

  template <class T>
  [[nodiscard]] T* allocate_array(std::size_t n) noexcept {
    if (n > std::numeric_limits<std::size_t>::max() / sizeof(T)) return nullptr;
    return static_cast<T*>(allocate(n * sizeof(T), alignof(T)));
  }

  /// Zeroed whole pages, counted against the limit; nullptr as for allocate(). Return them by unmap() with the same
  /// size.
  [[nodiscard]] void* map(std::size_t bytes) noexcept;
  void unmap(void* pages, std::size_t bytes) noexcept;

  /// Limit of the bytes taken from the kernel. Default: no limit.
  void set_limit(std::size_t bytes) noexcept { limit_.store(bytes, std::memory_order_relaxed); }
  [[nodiscard]] std::size_t limit() const noexcept { return limit_.load(std::memory_order_relaxed); }
  /// Bytes currently taken from the kernel.
  [[nodiscard]] std::size_t mapped() const noexcept { return mapped_.load(std::memory_order_relaxed); }

  /// Whether `bytes` is at most a quarter of the limit, and another quarter would still be free after taking it. For
  /// memory that the caller can do without.
  [[nodiscard]] bool has_plenty(std::size_t bytes) const noexcept;

  /// For fork, which takes the lock so that no other thread holds it in the child.
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
