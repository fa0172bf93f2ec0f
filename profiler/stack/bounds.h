// SPDX-License-Identifier: Apache-2.0
//
// The address range of a thread's own stack. Unlike a fiber's stack or an alternate signal stack, it stays mapped as
// long as the thread lives. pthread_getattr_np is not used, because it takes a lock and calls malloc, and we may run in
// a signal handler that interrupted either. Async-signal-safe.
#pragma once

#include <cstdint>

namespace bucketprof::stack {

/// The range [low, high); empty if it is not known, which in a sandbox (base/sandbox.h) it is to no new thread.
struct Bounds {
  std::uintptr_t low = 0;
  std::uintptr_t high = 0;
  [[nodiscard]] bool hold(std::uintptr_t address) const noexcept { return address >= low && address < high; }
  friend bool operator==(const Bounds&, const Bounds&) = default;
};

/// The initial thread's stack if the caller is that thread, otherwise empty. Costs a few system calls. The only thread
/// of a forked child counts as the initial thread; if it runs on another stack, that stack lies outside these bounds.
[[nodiscard]] Bounds initial_stack() noexcept;

/// The calling thread's stack. Reads /proc/self/maps (tens of microseconds), except in the initial thread.
[[nodiscard]] Bounds own_stack() noexcept;

}  // namespace bucketprof::stack
