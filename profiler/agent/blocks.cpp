// SPDX-License-Identifier: Apache-2.0
#include "profiler/agent/blocks.h"

#include <atomic>
#include <limits>

namespace bucketprof::agent {

constinit thread_local bool in_agent [[gnu::tls_model("initial-exec")]] = false;

constinit std::size_t look_from = std::numeric_limits<std::size_t>::max();

namespace {

constinit std::atomic<bool> for_good{false};

}  // namespace

// The test for null is here and not before the filter, because nearly all frees end at the filter.
void on_possible_free(void* block) noexcept {
  if (block != nullptr) alloc::record_free_slow(block);
}

// The bytes until the next sample ran out on an allocation that is not recorded. To record the next one instead would
// bias the sampling, so the next allocation draws its bytes anew (its epoch does not match).
void on_no_sample() noexcept {
  alloc::until_sample = {};
  const bool off = alloc::recording_epoch.load(std::memory_order_relaxed) == 0;
  if (off && for_good.load(std::memory_order_relaxed)) {
    alloc::until_sample.bytes = std::numeric_limits<std::int64_t>::max();
  }
}

void ignore_from_now_on() noexcept { for_good.store(true, std::memory_order_relaxed); }

AgentScope::AgentScope() noexcept : before_(in_agent) { in_agent = true; }
AgentScope::~AgentScope() { in_agent = before_; }

void stay_in_agent() noexcept { in_agent = true; }

}  // namespace bucketprof::agent
