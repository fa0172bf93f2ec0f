// SPDX-License-Identifier: Apache-2.0
#include "profiler/agent/blocks.h"

#include <atomic>
#include <limits>

namespace bucketprof::agent {

constinit thread_local bool own_work [[gnu::tls_model("initial-exec")]] = false;

namespace {

constinit std::atomic<bool> for_good{false};

}  // namespace

// The test for null is here and not before the filter, because nearly all frees end at the filter.
void on_possible_end(void* block) noexcept {
  if (block != nullptr) alloc::record_free_slow(block);
}

// The bytes until the next sample ran out on an allocation that is not recorded. To record the next one instead would
// bias the sampling, so the next allocation draws its bytes anew (its epoch does not match).
void on_no_birth() noexcept {
  alloc::countdown = {};
  const bool off = alloc::recording_epoch.load(std::memory_order_relaxed) == 0;
  if (off && for_good.load(std::memory_order_relaxed)) {
    alloc::countdown.bytes = std::numeric_limits<std::int64_t>::max();
  }
}

void tell_no_more() noexcept { for_good.store(true, std::memory_order_relaxed); }

OwnWork::OwnWork() noexcept : before_(own_work) { own_work = true; }
OwnWork::~OwnWork() { own_work = before_; }

void all_own_work() noexcept { own_work = true; }

}  // namespace bucketprof::agent
