// SPDX-License-Identifier: Apache-2.0
//
// Walks a call stack by rules. A walk records every word of the stack that it reads, with its value. Its result depends
// only on these words, its starting point and the rules. So as long as the words keep their values, a walk from the
// same starting point gives the same stack; Replay relies on this.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "profiler/base/sanitizer.h"
#include "profiler/stack/anchor.h"
#include "profiler/stack/bounds.h"
#include "profiler/stack/rules.h"

// A walk reads words that AddressSanitizer poisons (next to over-aligned locals) or that ThreadSanitizer checks.
#if defined(BUCKETPROF_SANITIZED)
#define BUCKETPROF_READS_STACK __attribute__((noinline, no_sanitize_address, no_sanitize_thread))
#define BUCKETPROF_READS_STACK_HOT BUCKETPROF_READS_STACK
#else
#define BUCKETPROF_READS_STACK
#define BUCKETPROF_READS_STACK_HOT __attribute__((always_inline))
#endif

namespace bucketprof::stack {

/// Frames kept of one stack. Deeper stacks lose frames at the root end.
inline constexpr std::size_t kMaxFrames = 256;

struct Trace {
  /// A step reads at most three words: the saved rbp, a word that rbp points to (realigned frames), the return address.
  static constexpr std::size_t kMaxReads = 3 * kMaxFrames;

  std::size_t depth = 0;
  bool truncated = false;  // deeper than kMaxFrames
  std::size_t reads = 0;
  std::array<std::uintptr_t, kMaxFrames> frames;  // return addresses, leaf first
  std::array<std::uint64_t, kMaxReads> values;    // of the words read, in the order of reading
  std::array<std::int32_t, kMaxReads> offsets;    // of these words from the anchor's stack pointer, in bytes

  [[nodiscard]] std::span<const std::uintptr_t> stack() const noexcept { return {frames.data(), depth}; }
};

/// Fills `trace` from the anchor to the root. False if rules do not suffice; the caller must then use another unwinder.
/// On the thread's own stack nothing outside `bounds` is read. On other stacks the unwind tables are trusted.
[[nodiscard]] bool walk(const Anchor& anchor, const Bounds& bounds, Rules& rules, Trace& trace) noexcept;

}  // namespace bucketprof::stack
