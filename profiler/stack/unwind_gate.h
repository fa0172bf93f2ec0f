// SPDX-License-Identifier: Apache-2.0
//
// Who is inside libunwind. A fork closes the gate and waits until nobody is: libunwind's locks are then free in the
// child too. Thread-safe; a signal handler that forks while its own thread is inside does not wait for itself.
#pragma once

#include <sched.h>

#include <atomic>
#include <cstdint>

namespace bucketprof::stack {

class UnwindGate {
 public:
  /// False while a fork is under way: stay out.
  [[nodiscard]] bool enter() noexcept {
    inside_.fetch_add(1);
    ++mine();
    if (!closed_.load()) return true;
    leave();
    return false;
  }
  void leave() noexcept {
    --mine();
    inside_.fetch_sub(1);
  }

  void close() noexcept {
    closed_.store(true);
    while (inside_.load() != mine()) sched_yield();
  }
  void open() noexcept { closed_.store(false); }
  /// In the child no other thread is left.
  void open_alone() noexcept {
    inside_.store(mine());
    open();
  }

 private:
  [[nodiscard]] static std::uint32_t& mine() noexcept {
    static constinit thread_local std::uint32_t count = 0;
    return count;
  }

  std::atomic<std::uint32_t> inside_{0};
  std::atomic<bool> closed_{false};
};

}  // namespace bucketprof::stack
