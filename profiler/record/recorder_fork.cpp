// SPDX-License-Identifier: Apache-2.0
//
// The recorder over a fork: parent and child both go on.
#include "profiler/record/entry.h"
#include "profiler/record/recorder.h"
#include "profiler/record/thread_slot.h"
#include "profiler/stack/unload.h"

namespace bucketprof::record {

// Between the locking and the unlocking other fork handlers and signal handlers of the host run on this thread: it is
// inside the recorder meanwhile. If it was before, a lock may be its own already: the child goes on with it.
void Recorder::prepare_fork() noexcept {
  Recorder& self = recorder();
  if (slot.inside.load(std::memory_order_relaxed)) {
    ++slot.forks_inside;
    return;
  }
  slot.inside.store(true, std::memory_order_relaxed);
  std::atomic_signal_fence(std::memory_order_seq_cst);
  self.snapshot_lock_.lock();
  self.settings_lock_.lock();
  self.tables_.lock_all();
  self.live_.lock_all();
  self.names_.lock().lock();
  self.stacks_.lock().lock();
  self.sites_.lock().lock();
  self.rules_.lock().lock();
  self.scopes_.lock().lock();
  for (Arena* memory : self.memories()) memory->lock().lock();
}

void Recorder::unlock_after_fork() noexcept {
  for (Arena* memory : memories()) memory->lock().unlock();
  scopes_.lock().unlock();
  rules_.lock().unlock();
  sites_.lock().unlock();
  stacks_.lock().unlock();
  names_.lock().unlock();
  live_.unlock_all();
  tables_.unlock_all();
  settings_lock_.unlock();
  snapshot_lock_.unlock();
  std::atomic_signal_fence(std::memory_order_seq_cst);
  slot.inside.store(false, std::memory_order_relaxed);
}

void Recorder::fork_in_parent() noexcept {
  if (slot.forks_inside != 0) {
    --slot.forks_inside;
    return;
  }
  recorder().unlock_after_fork();
}

void Recorder::fork_in_child() noexcept {
  if (slot.forks_inside != 0) {
    --slot.forks_inside;
    return;
  }
  recorder().threads_.release_others(slot.block);
  recorder().unlock_after_fork();
  stack::forget_other_unloads();
}

}  // namespace bucketprof::record
