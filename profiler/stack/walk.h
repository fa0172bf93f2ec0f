// SPDX-License-Identifier: Apache-2.0
//
// A walk over a thread's own stack by rules. It notes every word of the stack that it reads, with the value: these, the
// place where it starts and the rules are all that its result depends on. So as long as the words hold, a walk from the
// same place gives the same stack: that is what Replay relies on. Thread-compatible.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "profiler/stack/anchor.h"
#include "profiler/stack/bounds.h"
#include "profiler/stack/rules.h"

// Stacks hold words that sanitizers guard (beside over-aligned locals) or watch.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define BUCKETPROF_READS_STACK __attribute__((noinline, no_sanitize_address, no_sanitize_thread))
#define BUCKETPROF_READS_STACK_HOT BUCKETPROF_READS_STACK
#else
#define BUCKETPROF_READS_STACK
#define BUCKETPROF_READS_STACK_HOT __attribute__((always_inline))
#endif

namespace bucketprof::stack {

/// Deepest stack that is kept; deeper ones lose their root end.
inline constexpr std::size_t kMaxFrames = 256;

struct Trace {
  /// A step reads at most: where rbp was saved, the word it points past, the return address.
  static constexpr std::size_t kMaxReads = 3 * kMaxFrames;

  std::size_t depth = 0;
  bool truncated = false;  // deeper than kMaxFrames
  std::size_t reads = 0;
  std::array<std::uintptr_t, kMaxFrames> frames;  // return addresses, leaf first
  std::array<std::uint64_t, kMaxReads> values;    // of the words read, in the order in which they were
  std::array<std::int32_t, kMaxReads> offsets;    // of those words from the anchor's stack pointer, bytes

  [[nodiscard]] std::span<const std::uintptr_t> stack() const noexcept { return {frames.data(), depth}; }
};

/// Fills `trace` from the anchor to the root. False where rules do not suffice: the stack is then another unwinder's.
/// On the thread's own stack nothing beyond its bounds is read; on others whatever the unwind tables say.
[[nodiscard]] bool walk(const Anchor& anchor, const Bounds& bounds, Rules& rules, Trace& trace) noexcept;

}  // namespace bucketprof::stack
