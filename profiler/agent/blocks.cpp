// SPDX-License-Identifier: Apache-2.0
#include "profiler/agent/blocks.h"

#include <pthread.h>

#include <atomic>

#include "profiler/record/recorder.h"

namespace bucketprof::agent {

constinit thread_local std::uint8_t this_thread [[gnu::tls_model("initial-exec")]] = kNew;

namespace {

constinit std::atomic<bool> seen{false};
pthread_key_t end_key;
std::atomic<bool> end_known{false};

void thread_ends(void*) {
  this_thread = kEnding;
  record::recorder().leave_thread();
}

/// Before a thread is told to the recorder for the first time.
void meet() noexcept {
  this_thread = kKnown;  // first: setting a key may call malloc
  seen.store(true, std::memory_order_relaxed);
  if (end_known.load(std::memory_order_acquire)) pthread_setspecific(end_key, &end_key);
}

}  // namespace

void on_unusual_birth(void* block, std::size_t bytes) noexcept {
  if (this_thread == kOurs) return;
  if (this_thread == kNew) meet();
  alloc::record_alloc_slow(block, bytes, kNoTable, kNoPart, nullptr);
  if (this_thread == kEnding) record::recorder().leave_thread();
}

void on_unusual_end(void* block) noexcept {
  if (this_thread == kNew) meet();
  alloc::record_free_slow(block);
  if (this_thread == kEnding) record::recorder().leave_thread();
}

void prepare_blocks() noexcept {
  if (pthread_key_create(&end_key, &thread_ends) == 0) end_known.store(true, std::memory_order_release);
}

bool anything_seen() noexcept { return seen.load(std::memory_order_relaxed); }

OwnWork::OwnWork() noexcept : before_(this_thread) { this_thread = kOurs; }
OwnWork::~OwnWork() { this_thread = before_; }

void all_own_work() noexcept { this_thread = kOurs; }

}  // namespace bucketprof::agent
