// SPDX-License-Identifier: Apache-2.0
//
// Captures the stacks of one thread's calls, by the first of three methods that works: replay (a stack walked before,
// validated by comparing its words), a walk by learned rules, and libgcc's unwinder for what rules cannot express. None
// of them waits for a lock of the loader or of an unwinder, not even in a forked child. One replay in some thousands is
// audited: unwound again by libgcc and compared. A Capturer is used by one thread, while that thread is inside the
// recorder; counts() may be called by any thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <span>

#include "profiler/base/arena.h"
#include "profiler/stack/anchor.h"
#include "profiler/stack/replay.h"
#include "profiler/stack/rules.h"
#include "profiler/stack/walk.h"

namespace bucketprof::stack {

/// How many stacks were captured in which way, since the thread's block was created.
struct CaptureCounts {
  std::uint64_t replays = 0;
  std::uint64_t unpredicted = 0;  // replays of a stack that was not the predicted one
  std::uint64_t walks = 0;
  std::uint64_t backtraces = 0;  // by libgcc
  std::uint64_t audits = 0;
  std::uint64_t mismatches = 0;  // audits that found a different stack; must stay 0
  std::uint64_t flushes = 0;     // replay's memory was full and was cleared
  CaptureCounts& operator+=(const CaptureCounts& other) noexcept;
};

/// Which methods may be used.
enum class Unwinding : std::uint8_t {
  kReplay,     // all three methods
  kWalk,       // no replay
  kBacktrace,  // only libgcc
};

class Capturer {
 public:
  static constexpr std::uint32_t kAuditInterval = 4096;  // replays between audits

  static constexpr std::uint32_t kWalksWithoutBounds = 100;  // walks before a thread looks up its stack's bounds

  /// For a new thread that takes over this object. Stacks remembered within the bounds of another stack are forgotten.
  void begin_thread() noexcept;
  /// Sets the bounds of the thread's own stack. If they change, remembered stacks are forgotten.
  void use_stack(const Bounds& bounds) noexcept;
  /// Takes effect at once. `audit_interval` is the number of replays between audits; 1 audits every replay. `few` is
  /// true in sampled mode, where only the stacks of samples are captured.
  void configure(Unwinding unwinding, std::uint32_t audit_interval, bool few = false) noexcept;

  /// The remembered stack of this call, or nullptr.
  [[nodiscard, gnu::always_inline]] Replay::Remembered* replay(const Anchor& anchor) noexcept {
    return replay_.find(anchor);
  }
  /// Whether the replay just found must be audited. Must be called once for each replay, because it also counts them.
  [[nodiscard]] bool audit_due() noexcept {
    const std::uint32_t left = until_audit_.load(std::memory_order_relaxed) - 1;
    until_audit_.store(left, std::memory_order_relaxed);
    return left == 0;
  }
  /// Unwinds again and compares. If the result is false, `frames` is not the stack, trace() has the right one, and all
  /// remembered stacks have been forgotten.
  [[nodiscard]] bool audit(const Anchor& anchor, std::span<const std::uintptr_t> frames) noexcept;

  /// Finds the stack of a call that was not replayed.
  const Trace& capture(const Anchor& anchor, Rules& rules) noexcept;
  /// Remembers the stack just captured under the id `stack`, so that later calls can replay it.
  void remember(const Anchor& anchor, std::uint32_t stack, Arena& arena) noexcept;
  /// Forgets all remembered stacks, because the notes kept with them are no longer valid.
  void forget_notes() noexcept { replay_.forget(); }
  /// Returns replay's memory to `arena`. False if there is none.
  bool release(Arena& arena) noexcept { return replay_.release(arena); }

  [[nodiscard]] const Trace& trace() const noexcept { return trace_; }
  [[nodiscard]] CaptureCounts counts() const noexcept;

 private:
  using Count = std::atomic<std::uint64_t>;
  static void add(Count& count, std::uint64_t n) noexcept {
    count.store(count.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
  }
  void count_replays_anew() noexcept;
  void prefetch_last(const Rules& rules) const noexcept;

  Replay replay_;
  // Replays are only counted down to the next audit; counts() computes their number from this countdown.
  std::atomic<std::uint32_t> until_audit_{kAuditInterval};
  std::atomic<std::uint32_t> audit_interval_{kAuditInterval};
  Count replays_before_{0};  // replays before the current countdown
  Bounds bounds_;
  std::uint32_t until_bounds_ = 0;  // walks until the bounds are looked up; 0: no look-up
  Unwinding unwinding_ = Unwinding::kReplay;
  bool few_ = false;
  bool rememberable_ = false;
  Count walks_{0};
  Count backtraces_{0};
  Count audits_{0};
  Count mismatches_{0};
  std::uintptr_t walked_from_ = 0;  // the anchor's stack pointer of what trace_ holds
  Trace trace_;                     // a member, because the host's stack may be small
};

}  // namespace bucketprof::stack
