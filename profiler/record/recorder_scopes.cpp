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
  const bool learns = stack::prepare_learning();
  const ReentrancyGuard reentrancy;
  const std::scoped_lock guard(snapshot_lock_, recording_.lock());
  const bool was_running = running();
  if (was_running && recording_.settings().interval != 1) return {.number = 0, .sampled = true};

  OpenedScope opened;
  if (of == ScopeOf::kThread) {
    ThreadBlock* const thread = slot.block != nullptr ? slot.block : begin_thread(threads_);
    if (thread == nullptr) return {.ended = slot.ended};
    opened.number = scopes_.open_thread(scopes_.open_at(thread->scope_id.thread));
    if (opened.number == 0) return {};
    thread->scope_id.thread = opened.number;
    thread->capturer.forget_notes();
  } else {
    opened.number = scopes_.open_process();
    if (opened.number == 0) return {};
  }
  high_water_.flush_each_block(scopes_.any_open());
  if (!was_running) {
    // Unlike start(), do not open the filter of frees: it stays open, and would slow frees when recording is off again.
    prepare_recording(learns);
    arenas_.all.set_limit(recording_.settings().memory_limit);
    recording_.start_for_scopes();
  } else if (of == ScopeOf::kProcess) {
    recording_.notify_threads();
  }
  return opened;
}

void Recorder::close_scope(ScopeNumber scope) noexcept {
  const ReentrancyGuard reentrancy;
  const std::scoped_lock guard(snapshot_lock_, recording_.lock());
  ThreadBlock* const thread = slot.block;
  const bool ours = thread != nullptr && thread->scope_id.thread == scope;
  // If this is not the calling thread's innermost scope, another thread may keep its number until it sees the new
  // epoch. The number is then never reused.
  scopes_.close(scope, ours || scopes_.of(scope) == ScopeOf::kProcess);
  if (ours) {
    thread->scope_id.thread = scopes_.open_at(scope);
    thread->capturer.forget_notes();
  }
  high_water_.flush_each_block(scopes_.any_open());
  if (!scopes_.any_open() && recording_.stop_for_scopes()) return;
  if (!ours && running()) recording_.notify_threads();
}

}  // namespace bucketprof::record
