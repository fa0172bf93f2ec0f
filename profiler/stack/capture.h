// SPDX-License-Identifier: Apache-2.0
//
// Stack capture behind one function; libunwind stays inside. Thread-safe. It takes the unwinder's own locks on a cold
// code address, so no recorder lock may be held by the caller. Not for signal handlers. Never throws.
// Where libunwind must not run, libgcc unwinds, which takes no lock: in the child of a fork beside other threads, which
// must not wait for locks that it inherited taken, and below the thread sanitizer.
#pragma once

#include <cstddef>
#include <cstdint>

namespace bucketprof::stack {

/// Deepest stack that is kept; deeper ones lose their root end.
inline constexpr std::size_t kMaxFrames = 256;

/// The call whose stack is wanted: frames nearer the leaf than its return address are the profiler's own and are cut.
struct Anchor {
  std::uintptr_t return_address = 0;
  std::uintptr_t stack_pointer = 0;  // after the call returns; with return_address the key of a remembered stack
};

struct Capture {
  std::size_t depth = 0;
  bool truncated = false;  // deeper than kMaxFrames
};

/// Writes return addresses, leaf first, starting with the anchor's. `frames` holds kMaxFrames.
/// If the unwinder cannot find the anchor, the stack is the anchor's return address alone.
[[nodiscard]] Capture capture(const Anchor& anchor, std::uintptr_t* frames) noexcept;

/// In the child of a fork, if other threads were ever captured: from now on captures are slower and take no lock.
void forked_beside_threads() noexcept;

}  // namespace bucketprof::stack

/// The anchor of the function this stands in: its caller's continuation. The function must not be inlined.
#define BUCKETPROF_ANCHOR()                                                                         \
  (::bucketprof::stack::Anchor{                                                                     \
      reinterpret_cast<std::uintptr_t>(__builtin_extract_return_addr(__builtin_return_address(0))), \
      reinterpret_cast<std::uintptr_t>(__builtin_dwarf_cfa())})
