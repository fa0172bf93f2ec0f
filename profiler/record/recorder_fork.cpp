// SPDX-License-Identifier: Apache-2.0
//
// The recorder's fork handlers: parent and child both continue to record. And what is to be done where there was no
// chance to call them.
#include <algorithm>
#include <array>

#include "profiler/base/biased_lock.h"
#include "profiler/record/recorder.h"
#include "profiler/record/reentrancy_guard.h"
#include "profiler/record/thread_slot.h"
#include "profiler/stack/unload.h"

namespace bucketprof::record {

std::array<Lock*, 13> Recorder::inner_locks() noexcept {
  std::array<Lock*, 13> locks{&names_.lock(), &stacks_.lock(), &sites_.lock(),     &looks_.lock(),
                              &rules_.lock(), &scopes_.lock(), &followers().lock()};
  std::ranges::transform(arenas_.parts(), locks.begin() + 7, [](Arena* memory) { return &memory->lock(); });
  return locks;
}

// While the locks are held, the host's other fork handlers and its signal handlers may run on this thread, so it counts
// as inside the recorder meanwhile. If it was inside already, a signal handler that interrupted the recorder forks.
// This thread may then hold some of the locks itself, so none is taken, and the child continues with those it holds.
void Recorder::prepare_fork() noexcept {
  Recorder& self = recorder();
  if (slot.inside.load(std::memory_order_relaxed)) {
    ++slot.forks_inside;
    return;
  }
  slot.inside.store(true, std::memory_order_relaxed);
  std::atomic_signal_fence(std::memory_order_seq_cst);
  self.snapshot_lock_.lock();
  self.recording_.lock().lock();
  self.tables_.lock_all();
  self.live_.lock_all();
  for (Lock* lock : self.inner_locks()) lock->lock();
}

void Recorder::unlock_after_fork() noexcept {
  for (Lock* lock : inner_locks()) lock->unlock();
  live_.unlock_all();
  tables_.unlock_all();
  recording_.lock().unlock();
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

// All locks are suspended, as for a fork, and lose their bias as they are resumed: to revoke it later takes a system
// call. Of a thread that is inside, a signal handler enters; it may hold some of them itself, and they keep theirs.
void Recorder::enter_sandbox(sandbox::Mode mode) noexcept {
  const bool was_inside = slot.inside.load(std::memory_order_relaxed);
  if (!was_inside) prepare_fork();
  forbid_bias();
  if (!was_inside) unlock_after_fork();
  sandbox::enter(mode);
}

void Recorder::inherit() noexcept {
  if (snapshot_lock_.is_held()) high_water_.lose();
  for (Lock* lock : inner_locks()) lock->break_open();
  arenas_.scratch.lock().break_open();
  live_.break_locks();
  tables_.break_locks();
  recording_.lock().break_open();
  snapshot_lock_.break_open();
  slot.inside.store(false, std::memory_order_relaxed);
}

}  // namespace bucketprof::record
