// SPDX-License-Identifier: Apache-2.0
//
// A thread's way to the stack of a call, in three speeds: replay (a stack that was walked before, its words compared),
// a walk by learned rules, and libgcc's unwinder for what rules cannot express. None of them waits for a lock of the
// loader or of an unwinder, in a forked child neither. One replay in some thousands is unwound again by libgcc and
// compared. Belongs to one thread, which is inside the recorder; counts may be read by any.
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

/// How stacks were found, since the thread's block was made.
struct CaptureCounts {
  std::uint64_t replays = 0;
  std::uint64_t walks = 0;
  std::uint64_t backtraces = 0;  // by libgcc
  std::uint64_t audits = 0;
  std::uint64_t mismatches = 0;  // audits that found another stack: must stay 0
  std::uint64_t flushes = 0;     // replay memory was full
  CaptureCounts& operator+=(const CaptureCounts& other) noexcept;
};

/// Which speeds may be used.
enum class Unwinding : std::uint8_t {
  kReplay,     // all three
  kWalk,       // no replay
  kBacktrace,  // libgcc alone
};

class Capturer {
 public:
  static constexpr std::uint32_t kAuditInterval = 4096;  // replays between audits

  static constexpr std::uint32_t kWalksWithoutBounds = 100;  // before a thread asks where its stack is

  /// Another thread has the block now. What was remembered on another stack is forgotten.
  void begin_thread() noexcept;
  /// The thread's own stack is this.
  void use_stack(const Bounds& bounds) noexcept;
  /// From now on. `audit_interval`: replays between audits; 1: every replay is audited. `few`: stacks of samples.
  void configure(Unwinding unwinding, std::uint32_t audit_interval, bool few = false) noexcept;

  /// The remembered stack of this call, or nullptr.
  [[nodiscard]] Replay::Remembered* replay(const Anchor& anchor) noexcept { return replay_.find(anchor); }
  /// Whether the replay just found must be audited.
  [[nodiscard]] bool audit_due() noexcept {
    const std::uint32_t left = until_audit_.load(std::memory_order_relaxed) - 1;
    until_audit_.store(left, std::memory_order_relaxed);
    return left == 0;
  }
  /// Unwinds again. False: `frames` is not the stack; the right one is trace(). Nothing is remembered any more then.
  [[nodiscard]] bool audit(const Anchor& anchor, std::span<const std::uintptr_t> frames) noexcept;

  /// Finds the stack of a call that was not replayed.
  const Trace& capture(const Anchor& anchor, Rules& rules) noexcept;
  /// Gives the stack just captured its number, so that it can be replayed if it comes back.
  void remember(const Anchor& anchor, std::uint32_t stack, Arena& arena) noexcept;
  /// What was noted with remembered stacks no longer holds.
  void forget_notes() noexcept { replay_.forget(); }
  /// Gives back the memory of replay. False if there is none.
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
  // Replays are counted down, not up as well.
  std::atomic<std::uint32_t> until_audit_{kAuditInterval};
  std::atomic<std::uint32_t> audit_interval_{kAuditInterval};
  Count replays_before_{0};  // the current countdown began
  Bounds bounds_;
  std::uint32_t until_bounds_ = 0;  // walks
  Unwinding unwinding_ = Unwinding::kReplay;
  bool few_ = false;
  bool rememberable_ = false;
  Count walks_{0};
  Count backtraces_{0};
  Count audits_{0};
  Count mismatches_{0};
  std::uintptr_t walked_from_ = 0;  // what trace_ holds
  Trace trace_;                     // here, not on the host's stack, which may be small
};

}  // namespace bucketprof::stack
