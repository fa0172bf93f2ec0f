// SPDX-License-Identifier: Apache-2.0
//
// A lock for the recorder: one word, constant initialised, spins briefly and then sleeps in the kernel. It never
// allocates and is never destroyed. Thread-safe; not recursive; not for use in signal handlers.
#pragma once

#include <atomic>
#include <cstdint>

#include "profiler/base/dcheck.h"

namespace bucketprof {

class Lock {
 public:
  constexpr Lock() = default;
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

  void lock() noexcept {
    std::uint32_t expected = kFree;
    if (!state_.compare_exchange_strong(expected, kHeld, std::memory_order_acquire)) lock_slow();
  }
  [[nodiscard]] bool try_lock() noexcept {
    std::uint32_t expected = kFree;
    return state_.compare_exchange_strong(expected, kHeld, std::memory_order_acquire);
  }
  void unlock() noexcept {
    const std::uint32_t before = state_.exchange(kFree, std::memory_order_release);
    BUCKETPROF_DCHECK(before != kFree);
    if (before == kContended) wake();
  }
  /// Frees it though its owner did not. For a process in which no thread that used it is left.
  void break_open() noexcept { state_.store(kFree, std::memory_order_relaxed); }
  /// Whether any thread holds it. For assertions.
  [[nodiscard]] bool is_held() const noexcept { return state_.load(std::memory_order_relaxed) != kFree; }

 private:
  static constexpr std::uint32_t kFree = 0;
  static constexpr std::uint32_t kHeld = 1;
  static constexpr std::uint32_t kContended = 2;  // held, and a thread may be sleeping

  void lock_slow() noexcept;
  void wake() noexcept;

  std::atomic<std::uint32_t> state_{kFree};
};

}  // namespace bucketprof
