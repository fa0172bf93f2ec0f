// SPDX-License-Identifier: Apache-2.0
#include "profiler/stack/capture.h"

#include <algorithm>

#include "profiler/stack/backtrace.h"

namespace bucketprof::stack {

CaptureCounts& CaptureCounts::operator+=(const CaptureCounts& other) noexcept {
  replays += other.replays;
  unpredicted += other.unpredicted;
  walks += other.walks;
  backtraces += other.backtraces;
  audits += other.audits;
  mismatches += other.mismatches;
  flushes += other.flushes;
  return *this;
}

// Short-lived threads never look up their bounds and so never remember stacks; they would gain nothing from it.
void Capturer::begin_thread() noexcept {
  use_stack(initial_stack());
  if (bounds_ == Bounds{}) until_bounds_ = kWalksWithoutBounds;
}

void Capturer::use_stack(const Bounds& bounds) noexcept {
  until_bounds_ = 0;
  if (bounds == bounds_) return;
  bounds_ = bounds;
  replay_.forget();
}

void Capturer::configure(Unwinding unwinding, std::uint32_t audit_interval, bool few) noexcept {
  replay_.expect_few(few);
  few_ = few;
  if (unwinding == unwinding_ && audit_interval == audit_interval_) return;
  count_replays_anew();
  unwinding_ = unwinding;
  audit_interval_.store(audit_interval, std::memory_order_relaxed);
  until_audit_.store(audit_interval, std::memory_order_relaxed);
  replay_.forget();
}

void Capturer::count_replays_anew() noexcept {
  const std::uint32_t interval = audit_interval_.load(std::memory_order_relaxed);
  add(replays_before_, interval - until_audit_.exchange(interval, std::memory_order_relaxed));
}

bool Capturer::audit(const Anchor& anchor, std::span<const std::uintptr_t> frames) noexcept {
  count_replays_anew();
  add(audits_, 1);
  rememberable_ = false;
  backtrace(anchor, trace_);
  if (std::ranges::equal(frames, std::span(trace_.frames).first(trace_.depth))) return true;
  add(mismatches_, 1);
  replay_.forget();
  return false;
}

// Between samples the program evicts the recorder's data from the caches, and a walk needs each word before it knows
// the address of the next. Nearly all outer frames are those of the previous stack, so the rules and words of that walk
// are prefetched together.
void Capturer::prefetch_last(const Rules& rules) const noexcept {
  for (std::size_t i = 0; i < trace_.depth; ++i) rules.prefetch(trace_.frames[i]);
  for (std::size_t i = 0; i < trace_.reads; ++i) {
    __builtin_prefetch(reinterpret_cast<const void*>(walked_from_ + static_cast<std::uintptr_t>(trace_.offsets[i])));
  }
}

const Trace& Capturer::capture(const Anchor& anchor, Rules& rules) noexcept {
  if (few_) prefetch_last(rules);
  walked_from_ = anchor.stack_pointer;
  const bool unloading = (code_state.load(std::memory_order_acquire) & kUnloadsUnderWay) != 0;
  if (unwinding_ != Unwinding::kBacktrace && !unloading && walk(anchor, bounds_, rules, trace_)) {
    add(walks_, 1);
    if (until_bounds_ != 0 && --until_bounds_ == 0) use_stack(own_stack());
    rememberable_ = unwinding_ == Unwinding::kReplay && bounds_.hold(anchor.stack_pointer);
  } else {
    backtrace(anchor, trace_);
    add(backtraces_, 1);
    rememberable_ = false;
  }
  return trace_;
}

void Capturer::remember(const Anchor& anchor, std::uint32_t stack, Arena& arena) noexcept {
  if (rememberable_) replay_.remember(anchor, trace_, stack, arena);
}

CaptureCounts Capturer::counts() const noexcept {
  return {.replays = replays_before_.load(std::memory_order_relaxed) + audit_interval_.load(std::memory_order_relaxed) -
                     until_audit_.load(std::memory_order_relaxed),
          .unpredicted = replay_.unpredicted(),
          .walks = walks_.load(std::memory_order_relaxed),
          .backtraces = backtraces_.load(std::memory_order_relaxed),
          .audits = audits_.load(std::memory_order_relaxed),
          .mismatches = mismatches_.load(std::memory_order_relaxed),
          .flushes = replay_.flushes()};
}

}  // namespace bucketprof::stack
