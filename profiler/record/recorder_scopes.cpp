// SPDX-License-Identifier: Apache-2.0
//
// Opening and closing scopes. Threads learn of process scopes as they learn of start(): the epoch changes, and each
// thread looks at its next allocation. A thread's remembered stacks are noted with counters of the scope it was in, so
// they are forgotten when its scope changes.
#include <mutex>

#include "profiler/record/recorder.h"
#include "profiler/record/reentrancy_guard.h"
#include "profiler/record/thread_slot.h"

namespace bucketprof::record {

Recorder::OpenedScope Recorder::open_scope(ScopeOf of) noexcept {
  const ReentrancyGuard reentrancy(inside());
  const std::scoped_lock guard(snapshot_lock_, settings_lock_);
  const bool was_running = running();
  if (was_running && settings_.interval != 1) return {.number = 0, .sampled = true};

  OpenedScope opened;
  if (of == ScopeOf::kThread) {
    ThreadBlock* const thread = slot.block != nullptr ? slot.block : begin_thread();
    if (thread == nullptr) return {.ended = slot.ended};
    opened.number = scopes_.open_thread(scopes_.open_at(thread->mark.thread));
    if (opened.number == 0) return {};
    thread->mark.thread = opened.number;
    thread->capturer.forget_notes();
  } else {
    opened.number = scopes_.open_process();
    if (opened.number == 0) return {};
  }
  flush_as_needed();
  if (!was_running) {
    // Unlike start(), do not open the filter of frees: it stays open, and would slow frees when recording is off again.
    Settings settings = settings_;
    settings.interval = 1;
    start_locked(settings);
    started_for_scopes_ = true;
  } else if (of == ScopeOf::kProcess) {
    alloc::recording_epoch.store(++epochs_, std::memory_order_release);
  }
  return opened;
}

void Recorder::close_scope(ScopeNumber scope) noexcept {
  const ReentrancyGuard reentrancy(inside());
  const std::scoped_lock guard(snapshot_lock_, settings_lock_);
  ThreadBlock* const thread = slot.block;
  const bool ours = thread != nullptr && thread->mark.thread == scope;
  // If this is not the calling thread's innermost scope, another thread may keep its mark until it sees the new epoch.
  // The number is then never reused.
  scopes_.close(scope, ours || scopes_.of(scope) == ScopeOf::kProcess);
  if (ours) {
    thread->mark.thread = scopes_.open_at(scope);
    thread->capturer.forget_notes();
  }
  flush_as_needed();
  if (!scopes_.any_open() && started_for_scopes_) {
    started_for_scopes_ = false;
    alloc::recording_epoch.store(0, std::memory_order_release);
  } else if (!ours && running()) {
    alloc::recording_epoch.store(++epochs_, std::memory_order_release);
  }
}

}  // namespace bucketprof::record
