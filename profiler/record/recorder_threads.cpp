// SPDX-License-Identifier: Apache-2.0
//
// A thread's state in the recorder: from its first allocation or free to the destructor of our pthread key, and after.
#include <pthread.h>

#include <atomic>

#include "profiler/record/recorder.h"
#include "profiler/record/reentrancy_guard.h"
#include "profiler/record/thread_slot.h"

namespace bucketprof::record {
namespace {

constinit std::atomic<std::uint64_t> numbers{0};

pthread_key_t thread_end_key;
std::atomic<bool> thread_end_known{false};

}  // namespace

constinit thread_local ThreadSlot slot [[gnu::tls_model("initial-exec")]];

void draw_thread_number() noexcept { slot.number = numbers.fetch_add(1, std::memory_order_relaxed) + 1; }

void Recorder::watch_thread_ends() noexcept {
  if (pthread_key_create(&thread_end_key, &Recorder::thread_ended) == 0) {
    thread_end_known.store(true, std::memory_order_release);
  }
}

ThreadBlock* Recorder::begin_thread() noexcept {
  static_cast<void>(this_number());
  if (slot.ended) return nullptr;
  if (acquire_block() == nullptr) return nullptr;
  if (thread_end_known.load(std::memory_order_acquire)) {
    slot.sets_key = true;
    pthread_setspecific(thread_end_key, slot.block);
    slot.sets_key = false;
  }
  return slot.block;
}

ThreadBlock* Recorder::acquire_block() noexcept {
  slot.block = threads_.acquire();
  alloc::until_sample.epoch = 0;  // the sampler may have been another thread's: sampled_slow() sets it up
  if (slot.block != nullptr) slot.block->capturer.begin_thread();
  return slot.block;
}

void Recorder::thread_ended(void* block) noexcept {
  slot.ended = true;
  recorder().leave_thread(*static_cast<ThreadBlock*>(block));
}

void Recorder::leave_thread(ThreadBlock& thread) noexcept {
  const ReentrancyGuard reentrancy(slot.inside);
  run_deferred_slow();
  if (flush_inuse(thread) > rising_mark_.load(std::memory_order_relaxed)) keep_high_water(rising_mark_);
  slot.block = nullptr;
  Threads::release(&thread);
  alloc::until_sample = {};  // the next allocation is decided by a new draw alone, not by what is left of this one, too
  run_deferred_slow();       // frees by signal handlers meanwhile: this may be the thread's last call
}

}  // namespace bucketprof::record
