// SPDX-License-Identifier: Apache-2.0
//
// Where a thread's own stack lies: memory that stays mapped as long as the thread lives, unlike a fiber's stack or an
// alternate signal stack. pthread_getattr_np would tell, but takes a lock and calls malloc, and we may be in a signal
// handler that interrupted either. Signal-safe.
#pragma once

#include <cstdint>

namespace bucketprof::stack {

/// Empty if it is not known.
struct Bounds {
  std::uintptr_t low = 0;
  std::uintptr_t high = 0;
  [[nodiscard]] bool hold(std::uintptr_t address) const noexcept { return address >= low && address < high; }
  friend bool operator==(const Bounds&, const Bounds&) = default;
};

/// The initial thread's, if that is the caller (or the only thread of a forked child, whose stack may be another: then
/// nothing lies in these bounds); else empty. Quick.
[[nodiscard]] Bounds initial_stack() noexcept;

/// The calling thread's. Reads /proc/self/maps, unless it is the initial thread's: tens of microseconds.
[[nodiscard]] Bounds own_stack() noexcept;

}  // namespace bucketprof::stack
