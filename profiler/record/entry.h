// SPDX-License-Identifier: Apache-2.0
//
// The re-entry guard of a thread: what happens inside the recorder is not recorded. Code of the host can run there only
// in a signal handler; blocks it allocates go through unrecorded (counted), blocks it frees wait until the recorder is
// left. Signal-safe with respect to its own thread.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

namespace bucketprof::record {

struct DeferredFrees {
  static constexpr std::uint32_t kCapacity = 64;
  std::atomic<std::uint32_t> count{0};
  std::array<void*, kCapacity> blocks{};

  /// False when the list is full. The place is taken first: another handler may interrupt this one and push, too.
  /// Whoever pops was interrupted, so it sees a place only when it has been filled.
  [[nodiscard]] bool push(void* block) noexcept {
    const std::uint32_t n = count.fetch_add(1, std::memory_order_relaxed);
    if (n >= kCapacity) {
      count.fetch_sub(1, std::memory_order_relaxed);
      return false;
    }
    blocks[n] = block;
    std::atomic_signal_fence(std::memory_order_seq_cst);
    return true;
  }
  /// The block pushed last, or nullptr. A handler may push between any two steps; what it pushes stays.
  [[nodiscard]] void* pop() noexcept {
    std::uint32_t n = count.load(std::memory_order_relaxed);
    while (n != 0) {
      std::atomic_signal_fence(std::memory_order_seq_cst);
      void* block = blocks[n - 1];
      if (count.compare_exchange_strong(n, n - 1, std::memory_order_relaxed)) return block;
    }
    return nullptr;
  }
};

/// Enters the recorder unless the thread is inside already.
class Entry {
 public:
  explicit Entry(std::atomic<bool>& inside) noexcept
      : inside_(inside), entered_(!inside.load(std::memory_order_relaxed)) {
    inside_.store(true, std::memory_order_relaxed);
    std::atomic_signal_fence(std::memory_order_seq_cst);
  }
  Entry(const Entry&) = delete;
  Entry& operator=(const Entry&) = delete;
  ~Entry() {
    std::atomic_signal_fence(std::memory_order_seq_cst);
    if (entered_) inside_.store(false, std::memory_order_relaxed);
  }
  [[nodiscard]] bool entered() const noexcept { return entered_; }

 private:
  std::atomic<bool>& inside_;
  bool entered_;
};

}  // namespace bucketprof::record
