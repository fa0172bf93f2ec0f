// SPDX-License-Identifier: Apache-2.0
//
// The recorder's start and stop, and what it prepares once for each process.
#include <pthread.h>

#include <mutex>

#include "profiler/base/biased_lock.h"
#include "profiler/base/dcheck.h"
#include "profiler/record/recorder.h"
#include "profiler/record/reentrancy_guard.h"
#include "profiler/record/thread_slot.h"
#include "profiler/stack/unload.h"

namespace bucketprof::record {

void Recorder::prepare() noexcept {
  const ReentrancyGuard reentrancy;
  const std::scoped_lock guard(snapshot_lock_);
  prepare_process();
}

void Recorder::prepare_process() noexcept {
  BUCKETPROF_DCHECK(snapshot_lock_.is_held());
  if (process_prepared_) return;
  process_prepared_ = true;
  allow_bias();
  stack::on_unload([]() noexcept {
    const ReentrancyGuard reentrancy;  // a signal handler that allocates here must not wait for the lock of Rules
    recorder().rules_.forget_all();
  });
  pthread_atfork(&Recorder::prepare_fork, &Recorder::fork_in_parent, &Recorder::fork_in_child);
}

// The unwinder takes descriptors and maps memory, which a process that never records is spared. There, a library that
// contains us may be unloaded, too: nothing may be left that calls us at a thread's end.
void Recorder::prepare_recording(bool learns) noexcept {
  prepare_process();
  if (recording_prepared_) return;
  recording_prepared_ = true;
  watch_thread_ends(&Recorder::thread_ended);
  if (!learns) losses_.add(Loss::kUnwinder);
}

void Recorder::start(const Settings& settings) noexcept {
  const bool learns = stack::prepare_learning();
  const ReentrancyGuard reentrancy;
  const std::scoped_lock guard(snapshot_lock_, recording_.lock());
  if (settings.interval <= 1) {
    LiveAllocations::open_filter();  // nearly every block freed is a recorded one: the filter would only cost time
  } else if (scopes_.any_open()) {
    interruptions_.fetch_add(1, std::memory_order_relaxed);
  }
  prepare_recording(learns);
  arenas_.all.set_limit(settings.memory_limit);
  recording_.start(settings);
}

void Recorder::stop() noexcept {
  if (scopes_.any_open()) interruptions_.fetch_add(1, std::memory_order_relaxed);
  Recording::stop();
}

}  // namespace bucketprof::record
