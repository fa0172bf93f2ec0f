// SPDX-License-Identifier: Apache-2.0
#include "profiler/record/thread_slot.h"

#include <pthread.h>

#include <atomic>
#include <utility>

#include "profiler/alloc/record.h"
#include "profiler/record/lead.h"

namespace bucketprof::record {
namespace {

constinit std::atomic<std::uint64_t> numbers{0};

pthread_key_t thread_end_key;
std::atomic<bool> thread_end_known{false};

}  // namespace

constinit thread_local ThreadSlot slot [[gnu::tls_model("initial-exec")]];

void draw_thread_number() noexcept { slot.number = numbers.fetch_add(1, std::memory_order_relaxed) + 1; }

void watch_thread_ends(void (*ended)(void* block)) noexcept {
  if (pthread_key_create(&thread_end_key, ended) == 0) thread_end_known.store(true, std::memory_order_release);
}

ThreadBlock* begin_thread(Threads& threads) noexcept {
  static_cast<void>(this_number());
  if (slot.ended || lead() != nullptr) return nullptr;
  if (borrow_block(threads) == nullptr) return nullptr;
  if (thread_end_known.load(std::memory_order_acquire)) {
    slot.sets_key = true;
    pthread_setspecific(thread_end_key, slot.block);
    slot.sets_key = false;
  }
  return slot.block;
}

ThreadBlock* borrow_block(Threads& threads) noexcept {
  slot.block = threads.acquire();
  alloc::until_sample.epoch = 0;  // the sampler may have been another thread's: it is set up at the next allocation
  if (slot.block != nullptr) slot.block->capturer.begin_thread();
  return slot.block;
}

void release_block() noexcept {
  Threads::release(std::exchange(slot.block, nullptr));
  alloc::until_sample = {};  // the next allocation is decided by a new draw alone, not by what is left of this one, too
}

}  // namespace bucketprof::record
