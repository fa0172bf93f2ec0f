// SPDX-License-Identifier: Apache-2.0
//
// The reentrancy guard of the calling thread. Code of the host can run inside the recorder only in a signal handler.
// Blocks that it allocates are not recorded (they are counted as Loss::kNested); its frees are deferred until the
// thread leaves the recorder. Safe against signal handlers of the same thread.
#pragma once

#include <atomic>

#include "profiler/record/thread_slot.h"

namespace bucketprof::record {

/// Enters the recorder unless the thread is inside already; then entered() is false.
class ReentrancyGuard {
 public:
  ReentrancyGuard() noexcept : entered_(!slot.inside.load(std::memory_order_relaxed)) {
    slot.inside.store(true, std::memory_order_relaxed);
    std::atomic_signal_fence(std::memory_order_seq_cst);
  }
  ReentrancyGuard(const ReentrancyGuard&) = delete;
  ReentrancyGuard& operator=(const ReentrancyGuard&) = delete;
  ~ReentrancyGuard() {
    std::atomic_signal_fence(std::memory_order_seq_cst);
    if (entered_) slot.inside.store(false, std::memory_order_relaxed);
  }
  [[nodiscard]] bool entered() const noexcept { return entered_; }

 private:
  bool entered_;
};

}  // namespace bucketprof::record
